import { describe, expect, it } from "vitest";
import { linePath } from "./line-path.ts";

const same = (value: number) => value;

describe("a line of samples", () => {
  it("joins neighbours and leaves gaps open", () => {
    expect(linePath([0, 1000, 9000], [1, 2, 3], (at) => at / 100, same)).toBe("M0.0 1.0L10.0 2.0M90.0 3.0");
  });

  it("is empty without samples", () => {
    expect(linePath([], [], same, same)).toBe("");
  });
});
