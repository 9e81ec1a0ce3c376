import { describe, expect, it } from "vitest";
import { rowsInView } from "./virtual-rows.ts";

describe("the rows in view", () => {
  it("are those between top and bottom, and a few beyond", () => {
    expect(rowsInView(1000, 40, 4000, 400, 2)).toEqual({ from: 98, to: 112, before: 3920, after: 35_520 });
  });

  it("stay within the list", () => {
    expect(rowsInView(3, 40, 0, 400)).toEqual({ from: 0, to: 3, before: 0, after: 0 });
    expect(rowsInView(0, 40, 0, 400)).toEqual({ from: 0, to: 0, before: 0, after: 0 });
    // The list has become shorter than what was scrolled to.
    const { from, to } = rowsInView(10, 40, 9000, 400);
    expect([from <= to, to]).toEqual([true, 10]);
  });
});
