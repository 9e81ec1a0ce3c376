import fc from "fast-check";
import { expect, it } from "vitest";
import { createSumsAbove } from "./sums-above.ts";

it("adds up the same elements as a loop does, for any range and limit", () => {
  const element = fc.record({ key: fc.integer({ min: -1, max: 50 }), value: fc.integer({ min: 0, max: 9 }) });
  fc.assert(
    fc.property(
      fc.array(element, { maxLength: 1500, size: "max" }),
      fc.array(
        fc.record({ from: fc.nat(1500), length: fc.nat(1500), limit: fc.integer({ min: 0, max: 55 }) }),
      ),
      (elements, queries) => {
        const sums = createSumsAbove(
          Float64Array.from(elements, ({ key }) => key),
          [Float64Array.from(elements, ({ value }) => value), new Float64Array(elements.length).fill(1)],
        );
        for (const { from, length, limit } of queries) {
          const to = Math.min(elements.length, from + length);
          const above = elements.slice(from, to).filter(({ key }) => key >= limit);
          expect([...sums(from, to, limit)]).toEqual([
            above.reduce((sum, { value }) => sum + value, 0),
            above.length,
          ]);
        }
      },
    ),
    { numRuns: 60 },
  );
});
