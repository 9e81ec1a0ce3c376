import { hash } from "node:crypto";

/** SHA-256 applied `rounds` times, each to the 32 bytes of the one before. */
export function hashRounds(input: Buffer, rounds: number): Buffer {
  let state = input;
  for (let round = 0; round < rounds; round++) state = hash("sha256", state, "buffer");
  return state;
}
