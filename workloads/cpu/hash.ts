import { hash } from "node:crypto";
import type { SliceTask } from "../slice.ts";

/** Rounds of SHA-256 for each item; calibrated to 20-300 ms for 1,000 to 5,000 items, see docs/performance.md. */
const roundsPerItem = 36;

/** A chain of hashes: each item starts from the result of the previous one. */
export function hashComputation(task: SliceTask): string {
  let state: Buffer = Buffer.from(`${task.seed}`);
  for (let item = 0; item < task.items; item++) state = hashRounds(state, roundsPerItem);
  return state.toString("hex");
}

/** SHA-256 applied `rounds` times, each to the 32 bytes of the previous round. */
export function hashRounds(input: Buffer, rounds: number): Buffer {
  let state = input;
  for (let round = 0; round < rounds; round++) state = hash("sha256", state, "buffer");
  return state;
}
