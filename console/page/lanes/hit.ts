import type { Bar } from "../../api.ts";
import { atOf, type TimeScale } from "../time/time-scale.ts";
import { barsWithin, waitsWithin } from "./lane.ts";
import { barTopOf, type PlacedGroup, type PlacedLane, queuePitch } from "./layout.ts";

export type Hit = { readonly bar: Bar; readonly lane: PlacedLane; readonly kind: "bar" | "wait" };

/** Bars and lines can be hit from this distance. */
const reachPx = 4;

/** The nearest bar or waiting line in reach of a point; of bars merged into one pixel, the longest. */
export function hitAt(
  groups: readonly PlacedGroup[],
  scale: TimeScale,
  x: number,
  y: number,
): Hit | undefined {
  const lane = groups.flatMap(({ lanes }) => lanes).find(({ top, bottom }) => y >= top && y < bottom);
  if (!lane) return undefined;
  const bar = y < lane.queueTop ? barAt(lane, scale, x, y) : waitAt(lane, scale, x, y);
  return bar && { bar, lane, kind: y < lane.queueTop ? "bar" : "wait" };
}

function barAt(placed: PlacedLane, scale: TimeScale, x: number, y: number): Bar | undefined {
  const { lane, barHeight, barRows } = placed;
  const atMs = atOf(scale, x);
  const reachMs = (reachPx * (scale.toMs - scale.fromMs)) / scale.width;
  const [from, to] = barsWithin(lane, { fromMs: atMs - reachMs, toMs: atMs + reachMs });
  let best: { bar: Bar; missMs: number; lengthMs: number } | undefined;
  for (let n = from; n < to; n += 1) {
    const bar = lane.bars[n];
    if (!bar) continue;
    const top = barTopOf(placed, lane.row[n] ?? 0);
    if (barRows > 1 && (y < top || y >= top + barHeight)) continue;
    const missMs = Math.max(0, bar.startedAtMs - atMs, atMs - bar.endedAtMs);
    const lengthMs = bar.endedAtMs - bar.startedAtMs;
    if (missMs > reachMs) continue;
    if (!best || missMs < best.missMs || (missMs === best.missMs && lengthMs > best.lengthMs)) {
      best = { bar, missMs, lengthMs };
    }
  }
  return best?.bar;
}

function waitAt(placed: PlacedLane, scale: TimeScale, x: number, y: number): Bar | undefined {
  const { queue, bars } = placed.lane;
  const atMs = atOf(scale, x);
  const [from, to] = waitsWithin(queue, { fromMs: atMs, toMs: atMs + 1e-6 });
  const pitch = queuePitch(placed.queueHeight, rowsWithin(placed, scale));
  const hitRow = (y - placed.queueTop) / pitch;
  let best: { bar: Bar; miss: number } | undefined;
  for (let n = from; n < to; n += 1) {
    if ((queue.toMs[n] ?? 0) < atMs) continue;
    const bar = bars[queue.bar[n] ?? 0];
    const miss = Math.abs((queue.row[n] ?? 0) + 0.5 - hitRow);
    if (bar && (!best || miss < best.miss)) best = { bar, miss };
  }
  return best && best.miss * pitch <= reachPx ? best.bar : undefined;
}

/** Number of rows of the waiting lines in view. */
export function rowsWithin({ lane: { queue } }: Pick<PlacedLane, "lane">, scale: TimeScale): number {
  const [from, to] = waitsWithin(queue, scale);
  let highest = -1;
  for (let n = from; n < to; n += 1) {
    if ((queue.toMs[n] ?? 0) >= scale.fromMs) highest = Math.max(highest, queue.row[n] ?? 0);
  }
  return highest + 1;
}
