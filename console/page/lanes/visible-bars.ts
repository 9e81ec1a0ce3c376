import type { TimeScale } from "../time/time-scale.ts";
import { barsWithin, type Lane } from "./lane.ts";

/**
 * What is drawn of one row of bars: one bar, or so many that are narrower than a pixel and touch. `bar` is then the
 * severest of them, of equals the longest.
 */
export type DrawnRun = {
  readonly x: number;
  readonly width: number;
  readonly bar: number;
  readonly count: number;
};

/**
 * Calls for all that is drawn of a lane's bars, by start. Bars narrower than `leastPx` are merged with the next ones of
 * their row as long as less than a pixel is free between them, so there are never more runs than pixels.
 */
export function forDrawnRuns(
  lane: Lane,
  scale: TimeScale,
  barRows: number,
  draw: (run: DrawnRun, row: number) => void,
  leastPx = 1,
): void {
  const [from, to] = barsWithin(lane, scale);
  const perMs = scale.width / (scale.toMs - scale.fromMs);
  const open: (Merging | undefined)[] = new Array(barRows).fill(undefined);
  const close = (row: number) => {
    const run = open[row];
    if (run)
      draw({ x: run.x, width: Math.max(leastPx, run.endX - run.x), bar: run.bar, count: run.count }, row);
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
    if (endX - x >= leastPx) {
      close(row);
      draw({ x, width: endX - x, bar: n, count: 1 }, row);
    } else if (run && x - run.endX < 1) {
      run.endX = Math.max(run.endX, endX);
      run.count += 1;
      if (isWorse(lane, n, run.bar)) run.bar = n;
    } else {
      close(row);
      open[row] = { x, endX: Math.max(endX, x + leastPx), bar: n, count: 1 };
    }
  }
  for (let row = 0; row < barRows; row += 1) close(row);
}

type Merging = { x: number; endX: number; bar: number; count: number };

function isWorse({ intensity, startMs, endMs }: Lane, one: number, other: number): boolean {
  const severer = (intensity[one] ?? 0) - (intensity[other] ?? 0);
  if (severer !== 0) return severer > 0;
  const lengthMs = (n: number) => (endMs[n] ?? 0) - (startMs[n] ?? 0);
  return lengthMs(one) > lengthMs(other);
}
