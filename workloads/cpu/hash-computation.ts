import type { SliceTask } from "../slice.ts";
import { hashRounds } from "./hash-rounds.ts";

/** Rounds of SHA-256 for each item; calibrated to 20-300 ms for 1,000 to 5,000 items, see docs/decisions/0003. */
const roundsPerItem = 36;

/** A chain of hashes: each item starts from the result of the one before. */
export function hashComputation(task: SliceTask): string {
  let state: Buffer = Buffer.from(`${task.seed}`);
  for (let item = 0; item < task.items; item++) state = hashRounds(state, roundsPerItem);
  return state.toString("hex");
}
