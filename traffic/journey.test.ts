import { describe, expect, it } from "vitest";
import { legsOf, totalMs } from "./journey.ts";
import type { OrderRecord } from "./ledger.ts";

const analysed: OrderRecord = {
  plan: { number: 1, intendedMs: 100, item: "product-1", quantity: 1, seed: 1 },
  state: "analysed",
  sentMs: 130,
  answeredMs: 150,
  stages: {
    processing: { startedMs: 400, endedMs: 1400 },
    notification: { startedMs: 1500, endedMs: 1520 },
    analytics: { startedMs: 1600, endedMs: 1900 },
  },
};

describe("legsOf", () => {
  it("cuts the time from the intended send to the end of analytics into legs without gaps", () => {
    const legs = legsOf(analysed, 9999);
    expect(legs.map(({ kind, stage, fromMs, toMs }) => [stage ?? kind, kind, fromMs, toMs])).toEqual([
      ["accept", "accept", 100, 150],
      ["processing", "wait", 150, 400],
      ["processing", "run", 400, 1400],
      ["notification", "wait", 1400, 1500],
      ["notification", "run", 1500, 1520],
      ["analytics", "wait", 1520, 1600],
      ["analytics", "run", 1600, 1900],
    ]);
    expect(totalMs(legs)).toBe(1800);
    expect(totalMs(legs, "wait", "processing")).toBe(250);
  });

  it("ends the accept leg where processing starts before the answer arrives", () => {
    const legs = legsOf({ ...analysed, answeredMs: 600 }, 9999);
    expect(totalMs(legs, "accept")).toBe(300);
    expect(totalMs(legs, "wait", "processing")).toBe(0);
    expect(totalMs(legs)).toBe(1800);
  });

  it("shows an unfinished order as waiting or running until now", () => {
    const waiting = { ...analysed, state: "accepted", stages: {} } as const;
    expect(legsOf(waiting, 5000).at(-1)).toMatchObject({ kind: "wait", stage: "processing", toMs: 5000 });
    const running = { ...waiting, stages: { processing: { startedMs: 400 } } } as const;
    expect(legsOf(running, 5000).at(-1)).toMatchObject({ kind: "run", stage: "processing", toMs: 5000 });
  });

  it("has no leg of negative length, even when the clock was set back", () => {
    const stages = { ...analysed.stages, notification: { startedMs: 900, endedMs: 800 } };
    const legs = legsOf({ ...analysed, stages }, 9999);
    for (const { fromMs, toMs } of legs) expect(toMs).toBeGreaterThanOrEqual(fromMs);
    expect(totalMs(legs)).toBe(1800);
  });
});
