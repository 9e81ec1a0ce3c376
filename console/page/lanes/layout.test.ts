import { describe, expect, it } from "vitest";
import { bar } from "./bar.fixture.ts";
import { groupLanes } from "./groups.ts";
import { barTopOf, headHeight, heightOf, minPitch, placeLanes, queuePitch } from "./layout.ts";

const waiting = (count: number, partition: number) =>
  Array.from({ length: count }, (_, n) =>
    bar({ id: `${partition}/${n}`, partition, availableAtMs: 0, startedAtMs: 10 + n, endedAtMs: 11 + n }),
  );

describe("the layout of lanes", () => {
  it("stacks them without gaps, within the height if it is enough", () => {
    const groups = placeLanes(groupLanes([...waiting(3, 0), ...waiting(1, 1)]), 400);
    const [group] = groups;
    expect(group?.lanes[0]?.top).toBe(headHeight);
    expect(group?.lanes[1]?.top).toBe(group?.lanes[0]?.bottom);
    expect(heightOf(groups)).toBeLessThanOrEqual(400);
  });

  it("gives a deeper queue more room", () => {
    const [group] = placeLanes(groupLanes([...waiting(15, 0), ...waiting(2, 1)]), 160);
    const [deep, shallow] = group?.lanes ?? [];
    expect(deep?.queueHeight).toBeGreaterThan(shallow?.queueHeight ?? Number.NaN);
  });

  it("keeps every lane visible when the height is too small", () => {
    const [group] = placeLanes(groupLanes([...waiting(3, 0), ...waiting(3, 1)]), 10);
    for (const lane of group?.lanes ?? []) expect(lane.queueHeight).toBeGreaterThan(0);
  });

  it("spreads overlapping bars over rows, with the rest in the last row", () => {
    const together = Array.from({ length: 6 }, (_, n) => bar({ id: `${n}` }));
    const [group] = placeLanes(groupLanes(together), 400);
    const [lane] = group?.lanes ?? [];
    if (!lane) throw new Error("no lane");
    const tops = [...lane.lane.row].map((row) => barTopOf(lane, row));
    expect(new Set(tops).size).toBe(4);
    expect(Math.max(...tops) + lane.barHeight).toBeLessThanOrEqual(lane.queueTop);
  });

  it("moves the waiting lines closer as the queue gets deeper", () => {
    expect(queuePitch(50, 0)).toBe(7);
    expect(queuePitch(50, 20)).toBe(2.5);
    expect(queuePitch(50, 500)).toBeLessThan(minPitch);
  });
});
