import { createLanes } from "./lanes.ts";
import type { Run } from "./run.ts";

export const ms = 1_000_000;

/** A run of one message; times in ms. */
export function run(
  of: Partial<Run> & { lane?: string | undefined; at: number; for: number; available?: number },
): Run {
  const { at, for: length, available, ...rest } = of;
  return {
    lane: "p0",
    consumer: "c",
    offset: undefined,
    key: undefined,
    assignedNs: undefined,
    fetchedNs: undefined,
    concurrency: undefined,
    certain: true,
    ...rest,
    startNs: at * ms,
    endNs: (at + length) * ms,
    availableNs: (available ?? at) * ms,
  };
}

/** Segments of the last run's wait, as `cause ms blockers' offsets`. */
export function segmentsOf(...runs: readonly Run[]): string[] {
  const last = runs.at(-1);
  if (!last) return [];
  const wait = createLanes(runs).wait(last, last.availableNs ?? last.startNs);
  return wait
    .segments()
    .map(({ cause, fromNs, toNs, blockers, proven }) =>
      [
        cause,
        (toNs - fromNs) / ms,
        ...blockers.map(({ offset }) => `#${offset}`),
        ...(proven || cause === "unexplained" ? [] : ["likely"]),
      ].join(" "),
    );
}
