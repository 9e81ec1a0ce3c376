import { describe, expect, it } from "vitest";
import { bar } from "./bar.fixture.ts";
import { groupLanes } from "./groups.ts";
import { hitAt } from "./hit.ts";
import { placeLanes } from "./layout.ts";

const scale = { fromMs: 0, toMs: 1000, width: 1000 };
const groups = placeLanes(
  groupLanes([
    bar({ order: "first", startedAtMs: 0, endedAtMs: 300 }),
    bar({ order: "short", availableAtMs: 50, startedAtMs: 300, endedAtMs: 300.5 }),
    bar({ order: "second", availableAtMs: 100, startedAtMs: 301, endedAtMs: 500 }),
    bar({ order: "other lane", partition: 1, startedAtMs: 100, endedAtMs: 200 }),
  ]),
  400,
);
const [lane, other] = groups[0]?.lanes ?? [];
if (!lane || !other) throw new Error("no lanes");
const hit = (x: number, y: number) => {
  const found = hitAt(groups, scale, x, y);
  return found && [found.kind, found.bar.order];
};

describe("the hit under the pointer", () => {
  it("is the bar there, or the nearest one in reach", () => {
    expect(hit(150, lane.barTop + 3)).toEqual(["bar", "first"]);
    expect(hit(503, lane.barTop + 3)).toEqual(["bar", "second"]);
    expect(hit(520, lane.barTop + 3)).toBeUndefined();
    expect(hit(150, other.barTop + 3)).toEqual(["bar", "other lane"]);
  });

  it("is a bar narrower than a pixel when the pointer is on it", () => {
    expect(hit(300.2, lane.barTop + 3)).toEqual(["bar", "short"]);
  });

  it("is the waiting line in its row", () => {
    expect(hit(200, lane.queueTop + 2)).toEqual(["wait", "short"]);
    expect(hit(200, lane.queueTop + 10)).toEqual(["wait", "second"]);
    expect(hit(20, lane.queueTop + 2)).toBeUndefined();
  });

  it("is nothing outside the lanes", () => {
    expect(hit(150, 2)).toBeUndefined();
    expect(hit(150, 5000)).toBeUndefined();
  });
});
