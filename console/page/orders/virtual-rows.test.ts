import { describe, expect, it } from "vitest";
import { visibleRows } from "./virtual-rows.ts";

describe("the rendered rows", () => {
  it("are those in view, and a few more on either side", () => {
    expect(visibleRows(1000, 40, 4000, 400, 2)).toEqual({ from: 98, to: 112, before: 3920, after: 35_520 });
  });

  it("stay within the list", () => {
    expect(visibleRows(3, 40, 0, 400)).toEqual({ from: 0, to: 3, before: 0, after: 0 });
    expect(visibleRows(0, 40, 0, 400)).toEqual({ from: 0, to: 0, before: 0, after: 0 });
    // The list has become shorter than what was scrolled to.
    const { from, to } = visibleRows(10, 40, 9000, 400);
    expect([from <= to, to]).toEqual([true, 10]);
  });
});
