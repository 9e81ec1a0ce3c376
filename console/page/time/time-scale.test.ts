import { describe, expect, it } from "vitest";
import {
  atOf,
  fitted,
  longestViewMs,
  panned,
  pannedPart,
  partOf,
  revealing,
  shortestViewMs,
  ticks,
  xOf,
  zoomed,
  zoomedPart,
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

const whole = { fromMs: 1000, toMs: 2000 };

describe("the part of an order that is shown", () => {
  it("keeps the moment under the pointer where it is", () => {
    const part = zoomedPart(whole, whole, 0.5, 1250);
    expect(part).toEqual({ fromMs: 1125, toMs: 1625 });
  });

  it("ends with the order, on either side", () => {
    expect(pannedPart(whole, { fromMs: 1100, toMs: 1300 }, -5)).toEqual({ fromMs: 1000, toMs: 1200 });
    expect(pannedPart(whole, { fromMs: 1100, toMs: 1300 }, 5)).toEqual({ fromMs: 1800, toMs: 2000 });
    expect(zoomedPart(whole, { fromMs: 1000, toMs: 1200 }, 2, 1200)).toEqual({ fromMs: 1000, toMs: 1400 });
  });

  it("is never more than the whole, however far it is zoomed out or how short the whole is", () => {
    expect(zoomedPart(whole, { fromMs: 1100, toMs: 1900 }, 10, 1500)).toEqual(whole);
    const short = { fromMs: 0, toMs: 2 };
    expect(zoomedPart(short, short, 0.1, 1)).toEqual(short);
    expect(partOf(whole, { fromMs: 0, toMs: 5000 })).toEqual(whole);
  });
});
