import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";

export type Random = ReturnType<typeof createRandom>;

/** Random numbers that depend on the seed only. */
export function createRandom(seed: number) {
  const generator = xoroshiro128plus(seed | 0);
  return {
    /** A whole number in [min, max]. */
    between: (min: number, max: number) => uniformInt(generator, min, max),
    /** True with a probability of 1 / count. */
    oneIn: (count: number) => uniformInt(generator, 1, count) === 1,
  };
}
