import { build } from "hdr-histogram-js";

export type Percentiles = {
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
};

/** Percentiles of durations in ms, to three significant digits; null when there are none. */
export function percentilesOf(durationsMs: Iterable<number>): Percentiles | null {
  const histogram = build({ lowestDiscernibleValue: 1, autoResize: true, numberOfSignificantValueDigits: 3 });
  // The histogram takes whole numbers: µs keep what a fast answer takes apart from nothing.
  for (const ms of durationsMs) histogram.recordValue(Math.max(0, Math.round(ms * 1000)));
  if (histogram.totalCount === 0) return null;
  const [p50, p95, p99] = [50, 95, 99].map((percent) => histogram.getValueAtPercentile(percent) / 1000);
  return { p50: p50 ?? 0, p95: p95 ?? 0, p99: p99 ?? 0, max: histogram.maxValue / 1000 };
}
