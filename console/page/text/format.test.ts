import { describe, expect, it } from "vitest";
import { clockWithMs, number, shortName } from "./format.ts";

describe("formats", () => {
  it("leaves out insignificant digits of a number", () => {
    expect([0, 0.04, 1.25, 12.54, 312.4, Number.NaN].map(number)).toEqual([
      "0",
      "0.04",
      "1.3",
      "12.5",
      "312",
      "–",
    ]);
  });

  it("pads the milliseconds of a time", () => {
    expect(clockWithMs(Date.UTC(2026, 0, 1, 0, 0, 1, 7))).toMatch(/:01\.007$/);
  });

  it("shortens only numbered orders", () => {
    expect(shortName("order 12")).toBe("12");
    expect(shortName("trace 4bf92f35")).toBe("trace 4bf92f35");
  });
});
