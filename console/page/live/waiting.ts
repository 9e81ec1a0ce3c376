import type { PartitionState } from "../../api.ts";

/** Messages that nobody handles yet: what is in flight has no committed offset, too, and counts as lag. */
export function waitingIn({ lag, inFlight }: Pick<PartitionState, "lag" | "inFlight">): number {
  return Math.max(0, lag - inFlight);
}
