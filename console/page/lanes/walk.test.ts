import { describe, expect, it } from "vitest";
import { bar } from "./bar.fixture.ts";
import { groupLanes } from "./groups.ts";
import { walk } from "./walk.ts";

const a1 = bar({ id: "a1", partition: 0, startedAtMs: 0, endedAtMs: 10 });
const a2 = bar({ id: "a2", partition: 0, startedAtMs: 50, endedAtMs: 60 });
const b1 = bar({ id: "b1", partition: 2, startedAtMs: 45, endedAtMs: 58 });
const b2 = bar({ id: "b2", partition: 2, startedAtMs: 90, endedAtMs: 91 });
const groups = groupLanes([a1, a2, b1, b2]);
const view = { fromMs: 40, toMs: 100 };

describe("walking through deliveries", () => {
  it("begins with the first in view", () => {
    expect(walk(groups, undefined, "next", view)).toBe(b1);
    expect(walk(groups, bar({ id: "gone" }), "down", view)).toBe(b1);
    expect(walk([], undefined, "next", view)).toBeUndefined();
  });

  it("goes along the lane and from its end into the next one, so that all are reached", () => {
    expect(walk(groups, a1, "next", view)).toBe(a2);
    expect(walk(groups, a2, "previous", view)).toBe(a1);
    expect(walk(groups, a2, "next", view)).toBe(b1);
    expect(walk(groups, b1, "previous", view)).toBe(a2);
    expect(walk(groups, b2, "next", view)).toBeUndefined();
  });

  it("goes to the same time in the next lane", () => {
    expect(walk(groups, a2, "down", view)).toBe(b1);
    expect(walk(groups, b1, "up", view)).toBe(a2);
    expect(walk(groups, a1, "up", view)).toBeUndefined();
  });
});
