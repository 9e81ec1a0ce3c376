import { hash } from "node:crypto";
import type { Choice } from "./choose.ts";

/** Checksum of an operation, 64 hex digits, from the digests of its slices in their order. */
export function checksum(
  choice: Pick<Choice, "operation" | "items" | "seed">,
  digests: readonly string[],
): string {
  return hash("sha256", [choice.operation, choice.items, choice.seed, ...digests].join(":"));
}
