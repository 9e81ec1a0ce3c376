import { describe, expect, it } from "vitest";
import { run } from "../run.fixture.ts";
import type { Run } from "../run.ts";
import { inferConsumers } from "./inferred-consumers.ts";

/** The partitions of each consumer. */
function inferred(...runs: readonly Run[]): string[][] {
  return inferConsumers(runs, 50_000_000).map((own) =>
    [...new Set(own.map(({ lane }) => lane ?? ""))].sort(),
  );
}

describe("consumers that spans do not tell apart are", () => {
  it("one, as long as nothing runs at the same time", () => {
    expect(inferred(run({ lane: "p0", at: 0, for: 100 }), run({ lane: "p1", at: 100, for: 10 }))).toEqual([
      ["p0", "p1"],
    ]);
  });

  it("two, when messages of two partitions run at the same time", () => {
    expect(
      inferred(
        run({ lane: "p0", at: 0, for: 500 }),
        run({ lane: "p1", at: 502, for: 10, available: 100 }),
        run({ lane: "p2", at: 200, for: 10 }),
      ),
    ).toEqual([["p0", "p1"], ["p2"]]);
  });

  it("one, when a batch of several partitions has a span for each message", () => {
    expect(
      inferred(
        run({ lane: "p0", at: 0, for: 500 }),
        run({ lane: "p1", at: 0, for: 500 }),
        run({ lane: "p2", at: 502, for: 10, available: 100 }),
        run({ lane: "p3", at: 300, for: 10 }),
      ),
    ).toEqual([["p0", "p1", "p2"], ["p3"]]);
  });
});
