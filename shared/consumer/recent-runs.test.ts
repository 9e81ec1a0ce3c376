import { describe, expect, it } from "vitest";
import { createRecentRuns, type RecentRun, underWay } from "./recent-runs.ts";

const ms = 1_000_000;

function run(offset: number, startMs: number, endMs?: number, partition = 0): RecentRun {
  return {
    lane: `${partition}`,
    consumer: "c",
    partition,
    offset,
    key: undefined,
    startNs: startMs * ms,
    endNs: endMs === undefined ? underWay : endMs * ms,
    availableNs: 0,
    assignedNs: 0,
    fetchedNs: undefined,
    concurrency: 1,
    certain: true,
    spanContext: undefined,
    orderId: undefined,
    longest: undefined,
  };
}

function remember(most: number, longestMs: number, ...all: readonly RecentRun[]) {
  const runs = createRecentRuns({ most, longestNs: longestMs * ms });
  for (const one of all) runs.add(one);
  return (atMs: number) => runs.since(atMs * ms).map(({ offset }) => offset);
}

describe("the memory of runs", () => {
  it("gives what was under way after a moment, and the last run of each lane before", () => {
    const since = remember(
      100,
      1000,
      run(1, 0, 10),
      run(2, 10, 20),
      run(71, 20, 30, 7),
      run(3, 30, 40),
      run(72, 40, undefined, 7),
    );
    expect(since(25)).toEqual([2, 71, 3, 72]);
    expect(since(50)).toEqual([71, 3, 72]);
  });

  it("keeps no more than it may, and loses the oldest first", () => {
    const many = Array.from({ length: 50 }, (_, n) => run(n, n, n + 1));
    expect(remember(5, 1000, ...many)(0)).toEqual([45, 46, 47, 48, 49]);
  });

  it("keeps what is under way, however much has come since", () => {
    const many = Array.from({ length: 50 }, (_, n) => run(n, n, n + 1));
    expect(remember(3, 1000, run(71, 0, undefined, 7), ...many)(0)).toEqual([71, 48, 49]);
  });

  it("forgets what ended too long ago", () => {
    expect(remember(100, 10, run(1, 0, 5), run(2, 5, 12), run(3, 20))(0)).toEqual([2, 3]);
  });

  it("takes no two runs of a lane for concurrent because spans start at whole milliseconds", () => {
    const [first, second] = [run(1, 0, 10.6), run(2, 10, 20)];
    remember(100, 1000, first, second);
    expect(first.endNs).toBe(second.startNs);
  });
});
