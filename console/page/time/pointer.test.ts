import { describe, expect, it } from "vitest";
import { wheelFactor } from "./pointer.ts";

describe("the wheel", () => {
  it("shows more time the further it is turned", () => {
    expect(wheelFactor(0, true)).toBe(1);
    expect(wheelFactor(4, true)).toBeGreaterThan(wheelFactor(2, true));
    expect(wheelFactor(-4, true)).toBeCloseTo(1 / wheelFactor(4, true));
  });

  it("zooms by a quarter at most in one event", () => {
    expect([wheelFactor(1200, true), wheelFactor(1200, false)]).toEqual([1.25, 1.25]);
    expect(wheelFactor(-1200, true)).toBe(1 / 1.25);
  });
});
