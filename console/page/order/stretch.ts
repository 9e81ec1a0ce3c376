import { type TimeScale, xOf } from "../time/time-scale.ts";

/** Where a time is drawn: from `x` on, `width` wide, or beyond the left or right edge. */
export type Stretch = { readonly x: number; readonly width: number } | { readonly beyond: "left" | "right" };

/** What lies beyond the edges is cut off a little outside: a drawing of a million pixels is none. */
const outsidePx = 8;

export function stretchOf(scale: TimeScale, fromMs: number, toMs: number, leastPx: number): Stretch {
  const [from, to] = [xOf(scale, fromMs), xOf(scale, toMs)];
  if (Math.max(to, from + leastPx) < 0) return { beyond: "left" };
  if (from > scale.width) return { beyond: "right" };
  const x = Math.max(-outsidePx, from);
  return { x, width: Math.max(leastPx, Math.min(scale.width + outsidePx, to) - x) };
}
