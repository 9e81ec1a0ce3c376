import { build } from "hdr-histogram-js";

type Percentiles = {
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
  const max = histogram.maxValue / 1000;
  // The histogram gives the upper end of the range that a percentile is in, which may be above the maximum.
  const at = (percent: number) => Math.min(max, histogram.getValueAtPercentile(percent) / 1000);
  return { p50: at(50), p95: at(95), p99: at(99), max };
}
