import type { SliceTimes } from "./slice.ts";

/**
 * What an operation's slices took together: it waits until its first slice starts, and runs from there until its last
 * slice ends. `submittedMs` is of the same clock as the slices' times.
 */
export function timesOf(submittedMs: number, slices: readonly SliceTimes[]) {
  const startedMs = Math.min(...slices.map((slice) => slice.startedMs));
  const endedMs = Math.max(...slices.map((slice) => slice.endedMs));
  return {
    queueMs: Math.max(0, startedMs - submittedMs),
    runMs: endedMs - startedMs,
    cpuMs: slices.reduce((sum, slice) => sum + slice.cpuMs, 0),
    threads: new Set(slices.map((slice) => slice.threadId)).size,
  };
}
