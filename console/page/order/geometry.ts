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

/** Samples further apart than this are not joined: nothing is known in between. */
const gapMs = 5000;

/** An SVG path through samples. */
export function linePath(
  atMs: readonly number[],
  values: readonly number[],
  x: (atMs: number) => number,
  y: (value: number) => number,
): string {
  let lastMs = Number.NEGATIVE_INFINITY;
  return atMs
    .map((at, n) => {
      const isJoined = at - lastMs <= gapMs;
      lastMs = at;
      return `${isJoined ? "L" : "M"}${x(at).toFixed(1)} ${y(values[n] ?? 0).toFixed(1)}`;
    })
    .join("");
}
