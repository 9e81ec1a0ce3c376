import { expect, it } from "vitest";
import { stretchOf } from "./stretch.ts";

const scale = { fromMs: 100, toMs: 200, width: 1000 };

it("draws a time at its place, and nothing narrower than can be seen", () => {
  expect(stretchOf(scale, 110, 150, 2)).toEqual({ x: 100, width: 400 });
  expect(stretchOf(scale, 110, 110, 2)).toEqual({ x: 100, width: 2 });
});

it("cuts off what lies beyond the edges", () => {
  expect(stretchOf(scale, -1e9, 150, 2)).toEqual({ x: -8, width: 508 });
  expect(stretchOf(scale, 150, 1e9, 2)).toEqual({ x: 500, width: 508 });
});

it("tells on which side a time lies that is not in view", () => {
  expect(stretchOf(scale, 10, 20, 2)).toEqual({ beyond: "left" });
  expect(stretchOf(scale, 210, 220, 2)).toEqual({ beyond: "right" });
});
