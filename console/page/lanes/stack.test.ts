import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { stack } from "./stack.ts";

// The same cases every time; ORACLE_SEED tries others.
fc.configureGlobal({ seed: Number(process.env["ORACLE_SEED"] ?? 20_261_121) });

const stacked = (intervals: readonly (readonly [number, number])[]) => {
  const { rows, count } = stack(
    Float64Array.from(intervals, ([start]) => start),
    Float64Array.from(intervals, ([, end]) => end),
  );
  return { rows: [...rows], count };
};

describe("stacking", () => {
  it("puts overlapping intervals into different rows", () => {
    expect(
      stacked([
        [0, 10],
        [1, 11],
        [2, 12],
      ]),
    ).toEqual({ rows: [0, 1, 2], count: 3 });
  });

  it("reuses the lowest free row", () => {
    expect(
      stacked([
        [0, 3],
        [1, 9],
        [3, 5],
        [5, 6],
      ]),
    ).toEqual({ rows: [0, 1, 0, 0], count: 2 });
  });

  it("never overlaps intervals in a row, and needs no more rows than intervals at once", () => {
    const interval = fc.tuple(fc.integer({ min: 0, max: 50 }), fc.integer({ min: 1, max: 20 }));
    fc.assert(
      fc.property(fc.array(interval, { maxLength: 60 }), (drawn) => {
        const intervals = drawn
          .map(([start, length]) => [start, start + length] as const)
          .sort((a, b) => a[0] - b[0]);
        const { rows, count } = stacked(intervals);
        for (const [n, [start, end]] of intervals.entries()) {
          for (const [m, [otherStart, otherEnd]] of intervals.entries()) {
            const overlap = start < otherEnd && otherStart < end;
            if (n !== m && rows[n] === rows[m]) expect(overlap).toBe(false);
          }
        }
        const deepest = Math.max(
          0,
          ...intervals.map(([at]) => intervals.filter(([start, end]) => start <= at && at < end).length),
        );
        expect(count).toBe(deepest);
      }),
    );
  });
});
