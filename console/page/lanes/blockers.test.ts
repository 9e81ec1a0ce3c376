import { describe, expect, it } from "vitest";
import type { RunningBar, TopicState } from "../../api.ts";
import { bar } from "./bar.fixture.ts";
import { blockerNow, majorBlockers, worstBlockers } from "./blockers.ts";

const bars = [
  bar({ id: "a", startedAtMs: 0, endedAtMs: 10, costMs: 5 }),
  bar({ id: "b", startedAtMs: 10, endedAtMs: 90, costMs: 300 }),
  bar({ id: "c", startedAtMs: 90, endedAtMs: 95, costMs: 40 }),
  bar({ id: "d", startedAtMs: 95, endedAtMs: 99 }),
];

describe("the worst blockers", () => {
  it("are sorted by the waiting they caused", () => {
    const worst = worstBlockers(bars, { fromMs: 0, toMs: 100 }, 2);
    expect(worst.map(({ id }) => id)).toEqual(["b", "c"]);
  });

  it("are in view; major ones caused at least a tenth of the worst", () => {
    expect(worstBlockers(bars, { fromMs: 0, toMs: 5 }, 9).map(({ id }) => id)).toEqual(["a"]);
    const all = worstBlockers(bars, { fromMs: 0, toMs: 100 }, 9);
    expect(majorBlockers(all).map(({ id }) => id)).toEqual(["b", "c"]);
    expect(majorBlockers([])).toEqual([]);
  });
});

const run = (order: string, topic: string, startedAtMs: number): RunningBar => ({
  order,
  stage: `${topic}-readers`,
  topic,
  partition: 0,
  offset: 0,
  consumer: "c",
  startedAtMs,
  availableAtMs: undefined,
  operation: undefined,
  intensity: undefined,
});
/** Each with one message in flight, which is not committed yet, and so counts as lag. */
const topic = (name: string, ...lags: readonly number[]) =>
  ({
    topic: name,
    stage: `${name}-readers`,
    partitions: lags.map((lag) => ({ lag, inFlight: 1 })),
  }) as unknown as TopicState;

describe("the blocker now", () => {
  it("is the longest run in the stage where most messages wait", () => {
    const running = [run("2", "a", 20), run("1", "a", 10), run("3", "b", 5)];
    expect(blockerNow(running, [topic("a", 4, 3), topic("b", 2)])).toMatchObject({ order: "1", waiting: 5 });
  });

  it("is undefined when no message waits, or none is being handled", () => {
    expect(blockerNow([run("1", "a", 10)], [topic("a", 1)])).toBeUndefined();
    expect(blockerNow([], [topic("a", 9)])).toBeUndefined();
  });
});
