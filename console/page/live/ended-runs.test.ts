import { describe, expect, it } from "vitest";
import type { RunningBar } from "../../api.ts";
import { bar } from "../lanes/bar.fixture.ts";
import { endedRuns, withoutReported } from "./ended-runs.ts";

const run = (order: string, startedAtMs = 100): RunningBar => ({ ...bar({ order }), startedAtMs });

describe("an ended run", () => {
  it("is kept until its bar arrives", () => {
    const ended = endedRuns([], [run("1"), run("2")], [run("2")], 500);
    expect(ended).toMatchObject([{ order: "1", startedAtMs: 100, endedAtMs: 500 }]);
    const later = endedRuns(ended, [run("2")], [run("2")], 1500);
    expect(later).toMatchObject([{ order: "1", endedAtMs: 500 }]);
    expect(withoutReported(later, [bar({ order: "2", startedAtMs: 100 })])).toEqual(later);
    expect(withoutReported(later, [bar({ order: "1", startedAtMs: 100 })])).toEqual([]);
  });

  it("is not replaced by the bar of an earlier attempt", () => {
    const ended = endedRuns([], [run("1")], [], 500);
    expect(withoutReported(ended, [bar({ order: "1", startedAtMs: 20, endedAtMs: 40 })])).toEqual(ended);
  });

  it("is dropped when no bar arrives, or when it runs again", () => {
    const ended = endedRuns([], [run("1")], [], 500);
    expect(endedRuns(ended, [], [], 15_499)).toHaveLength(1);
    expect(endedRuns(ended, [], [], 15_500)).toEqual([]);
    expect(endedRuns(ended, [], [run("1", 900)], 1500)).toEqual([]);
  });
});
