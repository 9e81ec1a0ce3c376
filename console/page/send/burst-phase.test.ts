import { describe, expect, it } from "vitest";
import type { OrderRow } from "../../api.ts";
import { keptMs } from "../live/reduce.ts";
import { ordersUnderWay, phaseOf } from "./burst-phase.ts";

const burst = {
  count: 3,
  sent: 3,
  accepted: 3,
  done: 1,
  dead: 0,
  ended: false,
  startedAtMs: 0,
  orders: ["a", "b", "c"],
};
const rows = (states: Record<string, OrderRow["stages"][string]>) =>
  new Map(
    Object.entries(states).map(([id, state]) => [id, { id, stages: { s: state } } as unknown as OrderRow]),
  );

describe("a burst", () => {
  it("counts unfinished orders until all accepted ones have ended", () => {
    expect(ordersUnderWay(burst, new Map(), 1)).toBe(2);
    expect(ordersUnderWay({ ...burst, done: 2, dead: 1 }, new Map(), 1)).toBe(0);
  });

  it("is followed by its spans once the console has stopped following it", () => {
    const stopped = { ...burst, ended: true };
    expect(ordersUnderWay(stopped, rows({ a: "done", b: "waiting", c: "running" }), 1)).toBe(2);
    expect(ordersUnderWay(stopped, rows({ a: "done", b: "dead", c: "done" }), 1)).toBe(0);
    expect(ordersUnderWay(stopped, rows({ a: "done", b: "done" }), 1)).toBe(1);
    expect(ordersUnderWay(stopped, new Map(), keptMs)).toBe(0);
    expect(ordersUnderWay({ ...stopped, done: 3 }, rows({ c: "running" }), 1)).toBe(0);
  });

  it("is over only when every order has ended", () => {
    expect(phaseOf({ ...burst, sent: 2 }, false, 1)).toBe("sending");
    expect(phaseOf(burst, false, 2)).toBe("following");
    expect(phaseOf({ ...burst, ended: true }, false, 2)).toBe("left");
    expect(phaseOf({ ...burst, ended: true }, false, 0)).toBe("over");
    expect(phaseOf({ ...burst, ended: true }, true, 0)).toBe("orphaned");
  });
});
