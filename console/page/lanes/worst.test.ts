import { describe, expect, it } from "vitest";
import { bar } from "./bar.fixture.ts";
import { standingOut, worstBlockers } from "./worst.ts";

const bars = [
  bar({ id: "a", startedAtMs: 0, endedAtMs: 10, costMs: 5 }),
  bar({ id: "b", startedAtMs: 10, endedAtMs: 90, costMs: 300 }),
  bar({ id: "c", startedAtMs: 90, endedAtMs: 95, costMs: 40 }),
  bar({ id: "d", startedAtMs: 95, endedAtMs: 99 }),
];

describe("the worst blockers", () => {
  it("come by what they cost", () => {
    const worst = worstBlockers(bars, { fromMs: 0, toMs: 100 }, 2);
    expect(worst.map(({ id }) => id)).toEqual(["b", "c"]);
  });

  it("are in view, and stand out only beside the worst", () => {
    expect(worstBlockers(bars, { fromMs: 0, toMs: 5 }, 9).map(({ id }) => id)).toEqual(["a"]);
    const all = worstBlockers(bars, { fromMs: 0, toMs: 100 }, 9);
    expect(standingOut(all).map(({ id }) => id)).toEqual(["b", "c"]);
    expect(standingOut([])).toEqual([]);
  });
});
