import type { TimeScale } from "../time/time-scale.ts";
import { barsWithin, type Lane } from "./lane.ts";

/**
 * A bar to draw: one delivery, or several that are narrower than a pixel and touch. For several, `bar` is the most severe,
 * among equals the longest.
 */
export type VisibleBar = {
  readonly x: number;
  readonly width: number;
  readonly bar: number;
  readonly count: number;
};

/**
 * Calls `draw` for the bars of a lane in view, by start. Bars narrower than `minPx` are merged with the next ones of their row while
 * the gap is less than a pixel, so there are never more bars than pixels.
 */
export function forVisibleBars(
  lane: Lane,
  scale: TimeScale,
  barRows: number,
  draw: (bar: VisibleBar, row: number) => void,
  minPx = 1,
): void {
  const [from, to] = barsWithin(lane, scale);
  const perMs = scale.width / (scale.toMs - scale.fromMs);
  const open: (Merging | undefined)[] = new Array(barRows).fill(undefined);
  const close = (row: number) => {
    const run = open[row];
    if (run)
      draw({ x: run.x, width: Math.max(minPx, run.endX - run.x), bar: run.bar, count: run.count }, row);
    open[row] = undefined;
  };
  for (let n = from; n < to; n += 1) {
    const endMs = lane.endMs[n] ?? 0;
    if (endMs < scale.fromMs) continue;
    const startMs = lane.startMs[n] ?? 0;
    const x = (startMs - scale.fromMs) * perMs;
    const endX = (endMs - scale.fromMs) * perMs;
    const row = Math.min(lane.row[n] ?? 0, barRows - 1);
    const run = open[row];
    if (endX - x >= minPx) {
      close(row);
      draw({ x, width: endX - x, bar: n, count: 1 }, row);
    } else if (run && x - run.endX < 1) {
      run.endX = Math.max(run.endX, endX);
      run.count += 1;
      if (isWorse(lane, n, run.bar)) run.bar = n;
    } else {
      close(row);
      open[row] = { x, endX: Math.max(endX, x + minPx), bar: n, count: 1 };
    }
  }
  for (let row = 0; row < barRows; row += 1) close(row);
}

type Merging = { x: number; endX: number; bar: number; count: number };

function isWorse({ intensity, startMs, endMs }: Lane, one: number, other: number): boolean {
  const moreSevere = (intensity[one] ?? 0) - (intensity[other] ?? 0);
  if (moreSevere !== 0) return moreSevere > 0;
  const lengthMs = (n: number) => (endMs[n] ?? 0) - (startMs[n] ?? 0);
  return lengthMs(one) > lengthMs(other);
}
