import { HoldupError } from "../../core/errors.ts";
import { drawAt } from "../../shared/pipeline/seed.ts";

const mebibyte = 2 ** 20;
/** One word per cache line of 64 bytes is written and read: this touches every page at a sixteenth of the work. */
const wordsApart = 16;
const wordsPerBlock = mebibyte / Uint32Array.BYTES_PER_ELEMENT;

/**
 * Fills memory now and reads it back later, so that the caller holds it while it works.
 *
 * `blocks` MiB are written in order into a ring of `residentBlocks` MiB. A block is read back when its place is needed
 * again, or at the end:
 *
 *     blocks    0 1 2 3 4 5 6      4 resident: 4 goes where 0 was, after 0 was read back
 *     place     0 1 2 3 0 1 2
 *
 * Blocks are always read back in the order in which they were written, so the digest depends only on `seed` and `blocks`.
 *
 * @throws HoldupError HOLDUP_WORKLOAD_FAILED when the memory cannot be allocated, HOLDUP_WORKLOAD_WRONG_RESULT when it does
 * not hold what was written
 */
export function holdMemory(seed: number, blocks: number, residentBlocks: number) {
  const resident = Math.min(blocks, residentBlocks);
  const buffer = allocate(resident * mebibyte);
  const words = new Uint32Array(buffer);
  let digest = seed;

  function write(block: number): void {
    const start = (block % resident) * wordsPerBlock;
    const key = drawAt(seed, block);
    for (let i = 0; i < wordsPerBlock; i += wordsApart) words[start + i] = Math.imul(i ^ key, 0x9e3779b1);
  }
  function readBack(block: number): void {
    const start = (block % resident) * wordsPerBlock;
    const key = drawAt(seed, block);
    let wrong = 0;
    for (let i = 0; i < wordsPerBlock; i += wordsApart) {
      const word = words[start + i] ?? 0;
      wrong |= word ^ Math.imul(i ^ key, 0x9e3779b1);
      digest = Math.imul(digest ^ word, 0x01000193);
    }
    if (wrong !== 0) {
      throw new HoldupError(
        "HOLDUP_WORKLOAD_WRONG_RESULT",
        `Memory block ${block} of ${blocks} does not hold what was written to it.`,
      );
    }
  }

  for (let block = 0; block < blocks; block++) {
    if (block >= resident) readBack(block - resident);
    write(block);
  }
  return {
    /** Reads back the blocks that are still held; returns the digest, uint32. */
    finish(): number {
      for (let block = blocks - resident; block < blocks; block++) readBack(block);
      return digest >>> 0;
    },
    /** Frees the memory at once; an idle thread would keep it for minutes until it is collected. */
    free(): void {
      buffer.transfer(0);
    },
  };
}

function allocate(bytes: number): ArrayBuffer {
  try {
    return new ArrayBuffer(bytes);
  } catch (cause) {
    throw new HoldupError(
      "HOLDUP_WORKLOAD_FAILED",
      `Cannot allocate ${bytes / mebibyte} MiB for memory stress. Lower HOLDUP_WORKLOAD_SCALE or give the service more memory.`,
      { cause },
    );
  }
}
