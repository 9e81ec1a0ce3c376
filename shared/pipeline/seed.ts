/** Spreads every bit of a 32-bit integer over the whole result: the finaliser of MurmurHash3 (fmix32). */
export function mix32(value: number): number {
  let h = value | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** The uint32 at this index in the stream of a seed; an index can be drawn without the earlier ones. */
export function drawAt(seed: number, index: number): number {
  // Mixed before adding: after an xor alone, index 2 of seed 1 would equal index 1 of seed 2.
  return mix32(mix32(seed ^ 0x9e3779b9) + index);
}

/**
 * One uint32 from a uint32 and a text: FNV-1a (32 bit) over the seed's four bytes, low byte first, and the text's UTF-8 bytes,
 * then `mix32`, because FNV alone gives neighbouring results for texts that differ in their last letter. It uses integer
 * arithmetic only, so every machine gets the same result; changing it changes the work of every stored seed.
 */
export function hash32(seed: number, text: string): number {
  const bytes = [seed, seed >>> 8, seed >>> 16, seed >>> 24, ...Buffer.from(text, "utf8")];
  let h = 0x811c9dc5;
  for (const byte of bytes) h = Math.imul(h ^ (byte & 0xff), 0x01000193);
  return mix32(h);
}

/** Seed (uint32) of an order without one, from its id, a UUID in either case. */
export function orderSeed(orderId: string): number {
  return hash32(0, orderId.toLowerCase());
}

/** Seed (uint32) of the order with this index in a burst: the same burst seed gives the same work. */
export function burstOrderSeed(burstSeed: number, index: number): number {
  return hash32(burstSeed, `order:${index}`);
}
