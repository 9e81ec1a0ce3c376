import fc from "fast-check";
import { expect, it } from "vitest";
import { sliceRange } from "./slice.ts";

it("cuts items into neighbouring ranges that hold each exactly once", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 200_000 }), fc.integer({ min: 1, max: 64 }), (items, slices) => {
      let next = 0;
      for (let slice = 0; slice < slices; slice++) {
        const { from, to } = sliceRange({ items, slice, slices });
        expect(from).toBe(next);
        expect(to - from).toBeLessThanOrEqual(Math.ceil(items / slices));
        next = to;
      }
      expect(next).toBe(items);
    }),
    { seed: 4 },
  );
});
