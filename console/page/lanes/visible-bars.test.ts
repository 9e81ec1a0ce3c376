import { describe, expect, it } from "vitest";
import { bar } from "./bar.fixture.ts";
import { createLane } from "./lane.ts";
import { forVisibleBars, type VisibleBar } from "./visible-bars.ts";

const place = { topic: "orders", stage: "processing-service", partition: 0 };

function drawn(bars: Parameters<typeof createLane>[1], toMs: number, width: number): VisibleBar[] {
  const runs: VisibleBar[] = [];
  const lane = createLane(place, bars);
  forVisibleBars(lane, { fromMs: 0, toMs, width }, Math.min(4, lane.rows), (run) => runs.push(run));
  return runs;
}

describe("the visible bars of a lane", () => {
  it("are single bars when they are wide enough", () => {
    const bars = [bar({ startedAtMs: 0, endedAtMs: 10 }), bar({ startedAtMs: 10, endedAtMs: 30 })];
    expect(drawn(bars, 100, 100)).toEqual([
      { x: 0, width: 10, bar: 0, count: 1 },
      { x: 10, width: 20, bar: 1, count: 1 },
    ]);
  });

  it("merge bars narrower than a pixel, and show the most severe", () => {
    const bars = Array.from({ length: 10 }, (_, n) =>
      bar({ startedAtMs: n, endedAtMs: n + 0.5, intensity: n === 7 ? "severe" : "light" }),
    );
    expect(drawn(bars, 1000, 100)).toEqual([{ x: 0, width: 1, bar: 7, count: 10 }]);
  });

  it("keep a long bar among short ones", () => {
    const bars = [
      bar({ startedAtMs: 0, endedAtMs: 1 }),
      bar({ startedAtMs: 2, endedAtMs: 102 }),
      bar({ startedAtMs: 102, endedAtMs: 103 }),
    ];
    expect(drawn(bars, 1000, 100).map(({ bar, count }) => [bar, count])).toEqual([
      [0, 1],
      [1, 1],
      [2, 1],
    ]);
  });

  it("are never more than the pixels", () => {
    const bars = Array.from({ length: 20_000 }, (_, n) => bar({ startedAtMs: n, endedAtMs: n + 0.9 }));
    const runs = drawn(bars, 20_000, 400);
    expect(runs.length).toBeLessThanOrEqual(400);
    expect(runs.reduce((sum, { count }) => sum + count, 0)).toBe(20_000);
  });

  it("leave out bars outside the view", () => {
    const bars = [bar({ startedAtMs: -20, endedAtMs: -10 }), bar({ startedAtMs: 200, endedAtMs: 210 })];
    expect(drawn(bars, 100, 100)).toEqual([]);
  });
});
