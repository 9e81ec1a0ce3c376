import { expect, it } from "vitest";
import { holdMemory } from "./memory-stress.ts";

function digestOf(seed: number, blocks: number, residentBlocks: number): number {
  const held = holdMemory(seed, blocks, residentBlocks);
  try {
    return held.finish();
  } finally {
    held.free();
  }
}

it("reads back the same, however much is held at once", () => {
  const digests = [1, 2, 3, 7, 8, 100].map((resident) => digestOf(11, 8, resident));
  expect(new Set(digests).size).toBe(1);
  expect(digestOf(12, 8, 8)).not.toBe(digests[0]);
  expect(digestOf(11, 9, 9)).not.toBe(digests[0]);
});

it("really holds the memory, and frees it at once", () => {
  const residentMb = () => process.memoryUsage.rss() / 2 ** 20;
  const before = residentMb();
  const held = holdMemory(1, 256, 256);
  // Below 256 only because free pages may be reused.
  expect(residentMb() - before).toBeGreaterThan(200);
  held.finish();
  held.free();
  expect(residentMb() - before).toBeLessThan(56);
});

it("reports when there is not enough memory", () => {
  expect(() => holdMemory(1, 2 ** 40, 2 ** 40)).toThrow(
    expect.objectContaining({ code: "HOLDUP_WORKLOAD_FAILED" }),
  );
});
