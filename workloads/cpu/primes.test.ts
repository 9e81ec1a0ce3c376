import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { factorise, isPrime } from "./primes.ts";

function countPrimesBelow(limit: number): number {
  let count = 0;
  for (let n = 0; n < limit; n++) if (isPrime(n)) count++;
  return count;
}

describe("isPrime", () => {
  it("finds the known number of primes", () => {
    // Prime-counting function, OEIS A000720 and A006880; none of the limits is prime itself.
    const counts = [10, 100, 1000, 10_000, 100_000, 200_000].map(countPrimesBelow);
    expect(counts).toEqual([4, 25, 168, 1229, 9592, 17_984]);
  });

  it("recognises the largest prime and the largest square of a prime below 2^31", () => {
    expect(isPrime(2 ** 31 - 1)).toBe(true);
    expect(isPrime(46_337 ** 2)).toBe(false);
  });
});

describe("factorise", () => {
  it("finds the factors of known numbers", () => {
    expect(factorise(1)).toEqual([]);
    expect(factorise(2 ** 30)).toEqual(Array(30).fill(2));
    // 2^31 - 2, and the largest product of two primes of the same size.
    expect(factorise(2_147_483_646)).toEqual([2, 3, 3, 7, 11, 31, 151, 331]);
    expect(factorise(46_337 * 46_327)).toEqual([46_327, 46_337]);
  });

  it("returns primes in ascending order that multiply back", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 31 - 1 }), (n) => {
        const factors = factorise(n);
        expect(factors.every(isPrime)).toBe(true);
        expect(factors).toEqual(factors.toSorted((a, b) => a - b));
        expect(factors.reduce((product, factor) => product * factor, 1)).toBe(n);
      }),
      { seed: 3, numRuns: 300 },
    );
  });
});
