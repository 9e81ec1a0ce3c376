import { describe, expect, it } from "vitest";
import { pannedPart, partOf, zoomedPart } from "./part.ts";

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
