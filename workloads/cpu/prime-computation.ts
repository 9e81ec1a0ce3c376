import { HoldupError } from "../../core/errors.ts";
import { drawAt } from "../../shared/pipeline/seed.ts";
import { type SliceTask, sliceRange } from "../slice.ts";
import { hashRounds } from "./hash.ts";
import { holdMemory } from "./memory-stress.ts";
import { factorise, isPrime } from "./primes.ts";

/** Work for one item; calibrated with 2 threads on 2 cores, see docs/performance.md. */
type Effort = {
  /** Numbers to factorise are below 2 to this power; at most 31, up to which integer division is fast. */
  readonly factorBits: number;
  readonly hashRounds: number;
};

export const heavyEffort: Effort = { factorBits: 29, hashRounds: 32 };
export const severeEffort: Effort = { factorBits: 31, hashRounds: 64 };

/**
 * For each item of the slice: tests whether its number is prime, factorises a number drawn from the seed, and hashes both
 * in rounds. Holds the task's memory meanwhile, if it has any.
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
      // The hash becomes the head of the next record, so that no item can be left out or moved.
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
