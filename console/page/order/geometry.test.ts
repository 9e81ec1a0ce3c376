import { describe, expect, it } from "vitest";
import { clippedBox, linePath } from "./geometry.ts";

const scale = { fromMs: 100, toMs: 200, width: 1000 };

it("draws a time range at its place, and never too narrow to see", () => {
  expect(clippedBox(scale, 110, 150, 2)).toEqual({ x: 100, width: 400 });
  expect(clippedBox(scale, 110, 110, 2)).toEqual({ x: 100, width: 2 });
});

it("cuts a box off at the edges", () => {
  expect(clippedBox(scale, -1e9, 150, 2)).toEqual({ x: -8, width: 508 });
  expect(clippedBox(scale, 150, 1e9, 2)).toEqual({ x: 500, width: 508 });
});

it("knows on which side a range out of view lies", () => {
  expect(clippedBox(scale, 10, 20, 2)).toEqual({ beyond: "left" });
  expect(clippedBox(scale, 210, 220, 2)).toEqual({ beyond: "right" });
});

const same = (value: number) => value;

describe("a line of samples", () => {
  it("joins neighbours and leaves gaps open", () => {
    expect(linePath([0, 1000, 9000], [1, 2, 3], (at) => at / 100, same)).toBe("M0.0 1.0L10.0 2.0M90.0 3.0");
  });

  it("is empty without samples", () => {
    expect(linePath([], [], same, same)).toBe("");
  });
});
