import type { Bar, RunningBar, WindowAnswer } from "../../api.ts";
import type { EndedRun } from "../live/ended-runs.ts";
import type { View } from "../time/time-scale.ts";

/**
 * The time range of the latest burst: the last messages that waited or were handled, without a pause longer than `pauseMs`.
 * Undefined when there are none.
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

/** The time range of an order, from its row or else its deliveries; undefined when the window has neither. */
export function timeOfOrder(
  { orders, bars }: Pick<WindowAnswer, "orders" | "bars">,
  order: string,
): View | undefined {
  const row = orders.find(({ id }) => id === order);
  if (row && row.totalMs > 0) return { fromMs: row.startedAtMs, toMs: row.startedAtMs + row.totalMs };
  const own = bars.filter((bar) => bar.order === order);
  if (own.length === 0) return undefined;
  return {
    fromMs: Math.min(...own.map(({ availableAtMs, startedAtMs }) => availableAtMs ?? startedAtMs)),
    toMs: Math.max(...own.map(({ endedAtMs }) => endedAtMs)),
  };
}
