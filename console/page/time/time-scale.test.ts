import { describe, expect, it } from "vitest";
import {
  atOf,
  fitted,
  longestViewMs,
  panned,
  revealing,
  shortestViewMs,
  ticks,
  xOf,
  zoomed,
} from "./time-scale.ts";

const view = { fromMs: 1000, toMs: 2000 };
const scale = { ...view, width: 500 };

describe("the time scale", () => {
  it("turns moments into pixels and back", () => {
    expect(xOf(scale, 1500)).toBe(250);
    expect(atOf(scale, 250)).toBe(1500);
    expect(atOf(scale, xOf(scale, 1234.5))).toBeCloseTo(1234.5, 6);
  });

  it("keeps the moment under the pointer where it is when it zooms", () => {
    const closer = zoomed(view, 0.5, 1200);
    expect(closer).toEqual({ fromMs: 1100, toMs: 1600 });
    expect(xOf({ ...closer, width: 500 }, 1200)).toBe(xOf(scale, 1200));
  });

  it("zooms no further than its limits", () => {
    const closest = zoomed(view, 1e-9, 1500);
    expect(closest.toMs - closest.fromMs).toBeCloseTo(shortestViewMs, 6);
    const widest = zoomed(view, 1e12, 1500);
    expect(widest.toMs - widest.fromMs).toBeCloseTo(longestViewMs, 3);
  });

  it("pans and fits", () => {
    expect(panned(view, -100)).toEqual({ fromMs: 900, toMs: 1900 });
    const whole = fitted(0, 1000);
    expect(whole).toEqual({ fromMs: -30, toMs: 1030 });
    const moment = fitted(7, 7);
    expect(moment.toMs).toBeGreaterThan(moment.fromMs);
  });

  it("moves no further than needed to show a time", () => {
    expect(revealing(view, 1200, 1300)).toEqual(view);
    expect(revealing(view, 2100, 2200)).toEqual({ fromMs: 1250, toMs: 2250 });
    expect(revealing(view, 900, 950)).toEqual({ fromMs: 850, toMs: 1850 });
    expect(revealing(view, 500, 9000).fromMs).toBe(450);
  });

  it("puts ticks at round moments, never too close", () => {
    const { stepMs, atMs } = ticks(scale, 90);
    expect(stepMs).toBe(200);
    expect(atMs).toEqual([1000, 1200, 1400, 1600, 1800, 2000]);
  });
});
