import { describe, expect, it } from "vitest";
import { bar } from "./bar.fixture.ts";
import { groupLanes } from "./groups.ts";
import { keyAction, neighbourOf } from "./keyboard.ts";

const press = (key: string, held: { shiftKey?: boolean; ctrlKey?: boolean } = {}) =>
  keyAction({ key, shiftKey: false, ctrlKey: false, metaKey: false, altKey: false, ...held });

describe("keys of the lanes", () => {
  it("move with the arrows, and pan with Shift", () => {
    expect(press("ArrowRight")).toEqual({ do: "move", to: "next" });
    expect(press("ArrowRight", { shiftKey: true })).toEqual({ do: "pan", share: 0.15 });
  });

  it("zoom with plus and minus, also on keyboards where plus needs Shift", () => {
    expect(press("+", { shiftKey: true })).toMatchObject({ do: "zoom" });
    expect(press("-")).toEqual({ do: "zoom", factor: 1.5 });
  });

  it("leave the browser's own keys alone", () => {
    expect(press("+", { ctrlKey: true })).toBeUndefined();
    expect(press("Tab")).toBeUndefined();
  });
});

const a1 = bar({ id: "a1", partition: 0, startedAtMs: 0, endedAtMs: 10 });
const a2 = bar({ id: "a2", partition: 0, startedAtMs: 50, endedAtMs: 60 });
const b1 = bar({ id: "b1", partition: 2, startedAtMs: 45, endedAtMs: 58 });
const b2 = bar({ id: "b2", partition: 2, startedAtMs: 90, endedAtMs: 91 });
const groups = groupLanes([a1, a2, b1, b2]);
const view = { fromMs: 40, toMs: 100 };

describe("moving through deliveries with arrow keys", () => {
  it("starts with the first in view", () => {
    expect(neighbourOf(groups, undefined, "next", view)).toBe(b1);
    expect(neighbourOf(groups, bar({ id: "gone" }), "down", view)).toBe(b1);
    expect(neighbourOf([], undefined, "next", view)).toBeUndefined();
  });

  it("follows the lane and continues in the next one, so that all are reached", () => {
    expect(neighbourOf(groups, a1, "next", view)).toBe(a2);
    expect(neighbourOf(groups, a2, "previous", view)).toBe(a1);
    expect(neighbourOf(groups, a2, "next", view)).toBe(b1);
    expect(neighbourOf(groups, b1, "previous", view)).toBe(a2);
    expect(neighbourOf(groups, b2, "next", view)).toBeUndefined();
  });

  it("goes to the same time in the next lane", () => {
    expect(neighbourOf(groups, a2, "down", view)).toBe(b1);
    expect(neighbourOf(groups, b1, "up", view)).toBe(a2);
    expect(neighbourOf(groups, a1, "up", view)).toBeUndefined();
  });
});
