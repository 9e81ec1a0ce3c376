import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";

export type Random = ReturnType<typeof createRandom>;

/** Numbers that depend on the seed alone. */
export function createRandom(seed: number) {
  const generator = xoroshiro128plus(seed | 0);
  return {
    /** A whole number in [min, max]. */
    between: (min: number, max: number) => uniformInt(generator, min, max),
    /** True once in so many times. */
    oneIn: (count: number) => uniformInt(generator, 1, count) === 1,
  };
}
