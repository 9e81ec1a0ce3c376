import { describe, expect, it } from "vitest";
import { burstOrderSeed, drawAt, hash32, mix32, orderSeed } from "./seed.ts";

/** A second implementation of FNV-1a, with big integers. */
function fnv1a(bytes: readonly number[]): number {
  let h = 2_166_136_261n;
  for (const byte of bytes) h = ((h ^ BigInt(byte)) * 16_777_619n) % 2n ** 32n;
  return Number(h);
}

describe("mix32", () => {
  it("is the finaliser of MurmurHash3", () => {
    // From the reference implementation (fmix32 in MurmurHash3.cpp).
    expect([0, 1, 2].map(mix32)).toEqual([0, 0x514e28b7, 0x30f4c306]);
  });
});

describe("drawAt", () => {
  it("gives neighbouring seeds and indexes different numbers", () => {
    const drawn = new Set<number>();
    for (let seed = 0; seed < 100; seed++) {
      for (let index = 0; index < 100; index++) drawn.add(drawAt(seed, index));
    }
    // Among 10,000 random numbers below 2^32, about one set in a hundred has an equal pair.
    expect(drawn.size).toBeGreaterThan(9997);
  });
});

describe("hash32", () => {
  it("is FNV-1a over the seed's bytes and the text, finalised", () => {
    // FNV-1a of "foobar" is 0xbf9cf968 in the test vectors of its authors.
    expect(fnv1a([...Buffer.from("foobar")])).toBe(0xbf9cf968);
    const bytes = [0xef, 0xbe, 0xad, 0xde, ...Buffer.from("business_logic")];
    expect(hash32(0xdeadbeef, "business_logic")).toBe(mix32(fnv1a(bytes)));
  });

  it("gives different results for similar texts and seeds", () => {
    const values = new Set<number>();
    for (let seed = 0; seed < 100; seed++) {
      for (const text of ["a", "b", "ab", "ba"]) values.add(hash32(seed, text));
    }
    expect(values.size).toBe(400);
  });
});

describe("orderSeed", () => {
  const orderId = "0193f1c2-7d3a-7b52-9c6e-3f0a4b5c6d7e";

  it("never changes, or every stored order would do different work", () => {
    expect(orderSeed(orderId)).toBe(1_710_327_002);
  });

  it("ignores the case of the id", () => {
    expect(orderSeed(orderId.toUpperCase())).toBe(orderSeed(orderId));
  });
});

describe("burstOrderSeed", () => {
  it("gives each order of a burst its own seed", () => {
    const seeds = Array.from({ length: 1000 }, (_, index) => burstOrderSeed(42, index));
    expect(new Set(seeds).size).toBe(1000);
    expect(seeds.every((seed) => Number.isInteger(seed) && seed >= 0 && seed < 2 ** 32)).toBe(true);
  });

  it("gives another burst different seeds", () => {
    expect(burstOrderSeed(1, 0)).not.toBe(burstOrderSeed(2, 0));
  });
});
