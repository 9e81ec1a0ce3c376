import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createArrivals } from "./arrivals.ts";

// The same cases every time; ORACLE_SEED tries others.
fc.configureGlobal({ seed: Number(process.env["ORACLE_SEED"] ?? 20_261_121) });

describe("the arrival of a message", () => {
  it("is between the last mark without it and the first one with it", () => {
    const arrivals = createArrivals();
    for (const [atMs, offset] of [
      [1000, 10],
      [2000, 25],
      [3000, 25],
      [4000, 40],
    ] as const)
      arrivals.mark(atMs, offset);
    expect(arrivals.earliest(9)).toBeUndefined();
    expect(arrivals.earliest(10)).toBe(1000);
    expect(arrivals.earliest(30)).toBe(3000);
    expect(arrivals.earliest(40)).toBe(4000);
    arrivals.forgetBefore(30);
    expect([arrivals.earliest(24), arrivals.earliest(30)]).toEqual([undefined, 3000]);
  });

  it("is found to within a second by a few probes", () => {
    fc.assert(
      fc.property(fc.integer({ min: 2000, max: 30 * 86_400_000 }), (ageMs) => {
        const nowMs = 1_800_000_000_000;
        const cameMs = nowMs - ageMs;
        const arrivals = createArrivals();
        // Offset 7 arrived at `cameMs`, and no other message ever.
        arrivals.mark(nowMs, 8);
        let asked = 0;
        for (;;) {
          const probe = arrivals.nextProbe(7, nowMs);
          if (probe === undefined) break;
          asked += 1;
          arrivals.mark(probe, probe <= cameMs ? 7 : 8);
        }
        expect(cameMs - (arrivals.earliest(7) ?? Number.NaN)).toBeLessThanOrEqual(1000);
        expect(cameMs).toBeGreaterThanOrEqual(arrivals.earliest(7) ?? Number.NaN);
        expect(asked).toBeLessThan(60);
      }),
    );
  });

  it("is not probed forever when it stays unknown", () => {
    const arrivals = createArrivals();
    const nowMs = 1_800_000_000_000;
    arrivals.mark(nowMs, 8);
    let asked = 0;
    for (
      let at = arrivals.nextProbe(7, nowMs);
      at !== undefined && asked < 1000;
      at = arrivals.nextProbe(7, nowMs)
    ) {
      arrivals.mark(at, 8);
      asked += 1;
    }
    expect(asked).toBeLessThan(40);
  });
});
