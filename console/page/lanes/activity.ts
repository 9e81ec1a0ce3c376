import type { Bar, RunningBar } from "../../api.ts";
import type { EndedRun } from "../live/ended-runs.ts";
import type { View } from "../time/time-scale.ts";

/**
 * The last stretch of time in which something was handled or waited, without a pause longer than `pauseMs`: the latest
 * burst. Undefined when there is nothing.
 */
export function latestActivity(
  bars: Iterable<Bar>,
  running: readonly (RunningBar | EndedRun)[],
  nowMs: number,
  pauseMs = 20_000,
): View | undefined {
  const times = [
    ...Array.from(bars, (bar) => ({ fromMs: bar.availableAtMs ?? bar.startedAtMs, toMs: bar.endedAtMs })),
    ...running.map((run) => ({
      fromMs: run.availableAtMs ?? run.startedAtMs,
      toMs: "endedAtMs" in run ? run.endedAtMs : nowMs,
    })),
  ].sort((a, b) => b.toMs - a.toMs);
  let activity: View | undefined;
  for (const { fromMs, toMs } of times) {
    if (activity && toMs < activity.fromMs - pauseMs) break;
    activity = {
      fromMs: Math.min(activity?.fromMs ?? fromMs, fromMs),
      toMs: Math.max(activity?.toMs ?? toMs, toMs),
    };
  }
  return activity;
}
