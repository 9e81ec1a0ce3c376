import { describe, expect, it } from "vitest";
import { stageNames } from "../shared/pipeline/stages.ts";
import { legsOf, totalMs } from "./journey.ts";
import type { OrderRecord } from "./ledger.ts";

/** The first stage starts at 400 ms. Each one runs for 1 s, and the next waits for 100 ms. */
const times = stageNames.map((stage, n) => {
  const startedMs = 400 + n * 1100;
  return { stage, startedMs, endedMs: startedMs + 1000 };
});
const journeyMs = 300 + stageNames.length * 1100 - 100;

const analysed: OrderRecord = {
  plan: { number: 1, intendedMs: 100, item: "product-1", quantity: 1, seed: 1 },
  state: "analysed",
  sentMs: 130,
  answeredMs: 150,
  stages: Object.fromEntries(times.map(({ stage, ...rest }) => [stage, rest])),
};

describe("legsOf", () => {
  it("cuts the time from the intended send to the end of the last stage into legs without gaps", () => {
    const legs = legsOf(analysed, 9999);
    expect(legs.map(({ kind, stage, fromMs, toMs }) => [stage ?? kind, kind, fromMs, toMs])).toEqual([
      ["accept", "accept", 100, 150],
      ...times.flatMap(({ stage, startedMs, endedMs }, n) => [
        [stage, "wait", times[n - 1]?.endedMs ?? 150, startedMs],
        [stage, "run", startedMs, endedMs],
      ]),
    ]);
    expect(totalMs(legs)).toBe(journeyMs);
    expect(totalMs(legs, "wait", "processing")).toBe(250);
  });

  it("ends the accept leg where processing starts before the answer arrives", () => {
    const legs = legsOf({ ...analysed, answeredMs: 600 }, 9999);
    expect(totalMs(legs, "accept")).toBe(300);
    expect(totalMs(legs, "wait", "processing")).toBe(0);
    expect(totalMs(legs)).toBe(journeyMs);
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
    expect(totalMs(legs)).toBe(journeyMs);
  });
});
