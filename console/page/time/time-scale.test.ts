import { describe, expect, it } from "vitest";
import {
  atOf,
  fitted,
  longestViewMs,
  panned,
  pannedWithin,
  revealing,
  shortestViewMs,
  ticks,
  withinWhole,
  xOf,
  zoomed,
  zoomedWithin,
} from "./time-scale.ts";

const view = { fromMs: 1000, toMs: 2000 };
const scale = { ...view, width: 500 };

describe("the time scale", () => {
  it("converts times to pixels and back", () => {
    expect(xOf(scale, 1500)).toBe(250);
    expect(atOf(scale, 250)).toBe(1500);
    expect(atOf(scale, xOf(scale, 1234.5))).toBeCloseTo(1234.5, 6);
  });

  it("keeps the time under the pointer in place when it zooms", () => {
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

  it("pans no further than needed to show a range", () => {
    expect(revealing(view, 1200, 1300)).toEqual(view);
    expect(revealing(view, 2100, 2200)).toEqual({ fromMs: 1250, toMs: 2250 });
    expect(revealing(view, 900, 950)).toEqual({ fromMs: 850, toMs: 1850 });
    expect(revealing(view, 500, 9000).fromMs).toBe(450);
  });

  it("puts ticks at round times, never too close", () => {
    const { stepMs, atMs } = ticks(scale, 90);
    expect(stepMs).toBe(200);
    expect(atMs).toEqual([1000, 1200, 1400, 1600, 1800, 2000]);
  });
});

const whole = { fromMs: 1000, toMs: 2000 };

describe("a view limited to an order", () => {
  it("keeps the time under the pointer in place", () => {
    const zoomedView = zoomedWithin(whole, whole, 0.5, 1250);
    expect(zoomedView).toEqual({ fromMs: 1125, toMs: 1625 });
  });

  it("stops at the start and end of the order", () => {
    expect(pannedWithin(whole, { fromMs: 1100, toMs: 1300 }, -5)).toEqual({ fromMs: 1000, toMs: 1200 });
    expect(pannedWithin(whole, { fromMs: 1100, toMs: 1300 }, 5)).toEqual({ fromMs: 1800, toMs: 2000 });
    expect(zoomedWithin(whole, { fromMs: 1000, toMs: 1200 }, 2, 1200)).toEqual({ fromMs: 1000, toMs: 1400 });
  });

  it("is never longer than the order, however far it is zoomed out or how short the order is", () => {
    expect(zoomedWithin(whole, { fromMs: 1100, toMs: 1900 }, 10, 1500)).toEqual(whole);
    const short = { fromMs: 0, toMs: 2 };
    expect(zoomedWithin(short, short, 0.1, 1)).toEqual(short);
    expect(withinWhole(whole, { fromMs: 0, toMs: 5000 })).toEqual(whole);
  });
});
