import type { Run } from "./run.ts";

/**
 * Some clocks of spans count whole milliseconds, so a run seems to begin before the one ahead of it has ended. Such an
 * overlap is no concurrency: at most this long, or half of the shorter run.
 */
export const jitterNs = 5_000_000;
/** Any overlap up to here is the clock's. */
const clockStepNs = 1_000_000;

/** End of a run, less what its clock may have added. */
export function sureEndNs(run: Run): number {
  const ns = run.endNs - run.startNs;
  return run.endNs - Math.max(Math.min(clockStepNs, ns), Math.min(jitterNs, Math.floor(ns / 2)));
}

/** Whether one had surely not ended when the other began. */
export function overlap(a: Run, b: Run): boolean {
  return a.startNs <= b.startNs ? b.startNs < sureEndNs(a) : a.startNs < sureEndNs(b);
}

/** Whether `atMost` is over when `endNs` is reached, but for the jitter of clocks. */
export function endedBy(run: Run, atMostNs: number): boolean {
  return run.endNs <= atMostNs + jitterNs;
}

/** Whether a message was in both, as far as offsets tell. */
export function shareMessages(a: Run, b: Run): boolean {
  if (a.offset === undefined || b.offset === undefined) return false;
  return a.offset <= lastOffsetOf(b, b.offset) && b.offset <= lastOffsetOf(a, a.offset);
}

export function lastOffsetOf({ lastOffset }: Run, offset: number): number {
  return lastOffset ?? offset;
}

/** Whether one consumer had two different messages of the list under way at a time. */
export function hasOverlap(sorted: readonly Run[]): boolean {
  /** Of each consumer, the run that surely lasts longest. */
  const longest = new Map<string, Run>();
  return sorted.some((run) => {
    const before = longest.get(run.consumer);
    if (!before || sureEndNs(before) < sureEndNs(run)) longest.set(run.consumer, run);
    return before !== undefined && !shareMessages(before, run) && overlap(before, run);
  });
}

/** The order of runs in time; the same for whatever order they were read in. */
export function byStart(a: Run, b: Run): number {
  return (
    a.startNs - b.startNs ||
    (a.offset ?? -1) - (b.offset ?? -1) ||
    a.endNs - b.endNs ||
    compareText(a.lane ?? "", b.lane ?? "") ||
    compareText(a.consumer, b.consumer) ||
    (a.assignedNs ?? -1) - (b.assignedNs ?? -1) ||
    (a.fetchedNs ?? -1) - (b.fetchedNs ?? -1) ||
    (a.availableNs ?? -1) - (b.availableNs ?? -1)
  );
}

export function compareText(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
