import { HoldupError } from "../../core/errors.ts";
import { drawAt } from "../../shared/pipeline/seed.ts";
import { type SliceTask, sliceRange } from "../slice.ts";
import { hashRounds } from "./hash-rounds.ts";
import { holdMemory } from "./memory-stress.ts";
import { factorise, isPrime } from "./primes.ts";

/** Work for one item; calibrated with 2 threads on 2 cores to the durations in docs/decisions/0003. */
type Effort = {
  /** Numbers to factorise are below 2 to this power; at most 31, where integer division is still fast. */
  readonly factorBits: number;
  readonly hashRounds: number;
};

export const heavyEffort: Effort = { factorBits: 29, hashRounds: 32 };
export const severeEffort: Effort = { factorBits: 31, hashRounds: 64 };

/**
 * For each item of the slice: is its number prime, the factors of a number drawn from the seed, and rounds of hashing
 * over both. Memory, if the task has any, is held meanwhile.
 *
 * @throws HoldupError HOLDUP_WORKLOAD_WRONG_RESULT when factors do not multiply back; see also `holdMemory`
 */
export function primeComputation(task: SliceTask, effort: Effort): string {
  const held =
    task.memoryMb > 0 ? holdMemory(drawAt(task.seed, task.slice), task.memoryMb, task.residentMb) : undefined;
  try {
    const { from, to } = sliceRange(task);
    const record = Buffer.alloc(48);
    let primes = 0;
    for (let item = from; item < to; item++) {
      if (isPrime(item)) primes++;
      const n = 1 + (drawAt(task.seed, item) >>> (32 - effort.factorBits));
      record.writeUInt32LE(item, 32);
      record.writeUInt32LE(primes, 36);
      record.writeUInt32LE(n, 40);
      record.writeUInt32LE(foldFactors(n), 44);
      // The state so far is the head of the next record, so that no item can be left out or moved.
      hashRounds(record, effort.hashRounds).copy(record);
    }
    return `${record.toString("hex", 0, 32)}-${primes}-${held?.finish() ?? 0}`;
  } finally {
    held?.free();
  }
}

function foldFactors(n: number): number {
  let product = 1;
  let fold = 0;
  for (const factor of factorise(n)) {
    product *= factor;
    fold = Math.imul(fold ^ factor, 0x01000193);
  }
  if (product !== n) {
    throw new HoldupError(
      "HOLDUP_WORKLOAD_WRONG_RESULT",
      `The factors found for ${n} multiply to ${product}.`,
    );
  }
  return fold >>> 0;
}
