import type { ThreadReading } from "./thread-usage.ts";

/** Percent of one core: `avg` over the whole run, `max` and `min` of the intervals between readings. */
type CpuPercent = { readonly avg: number; readonly max: number; readonly min: number };

/**
 * Turns cumulative CPU time into percent of one core.
 *
 *     readings  0 ms ─── 98 ms ─── 197 ms ── 205 ms
 *     cpu       0        96        190       198
 *     percent      98 %      95 %      (8 ms: joined to the interval before it)
 *
 * A last interval shorter than half of the usual is joined to the one before it: the error of its time stamps would be too
 * large. `runMs` is the time from the first slice's start to the last one's end; `cpuMs` the exact total.
 */
export function cpuPercentOf(
  readings: readonly ThreadReading[],
  total: { cpuMs: number; runMs: number },
): CpuPercent {
  const avg = percent(total.cpuMs, total.runMs);
  const inner = readings.slice(1, -1);
  const last = readings.at(-1);
  const [first, second] = readings;
  if (!first || !second || !last || inner.length === 0) return { avg, max: avg, min: avg };
  const usualMs = second.atMs - first.atMs;
  const tail = inner.at(-1);
  const kept = tail && last.atMs - tail.atMs < usualMs / 2 ? inner.slice(0, -1) : inner;
  const points = [first, ...kept, last];
  const rates = points.slice(1).map((point, n) => {
    const before = points[n] ?? first;
    return percent(point.cpuMs - before.cpuMs, point.atMs - before.atMs);
  });
  return { avg, max: Math.max(avg, ...rates), min: Math.min(avg, ...rates) };
}

export function percent(cpuMs: number, ms: number): number {
  return ms > 0 ? (cpuMs / ms) * 100 : 0;
}
