import { type TimeScale, xOf } from "../time/time-scale.ts";

/** Where a time range is drawn: `width` pixels from `x`, or beyond an edge. */
export type ClippedBox =
  | { readonly x: number; readonly width: number }
  | { readonly beyond: "left" | "right" };

/** Boxes are cut off this far outside the edges: browsers cannot draw a million pixels. */
const outsidePx = 8;

export function clippedBox(scale: TimeScale, fromMs: number, toMs: number, minPx: number): ClippedBox {
  const [from, to] = [xOf(scale, fromMs), xOf(scale, toMs)];
  if (Math.max(to, from + minPx) < 0) return { beyond: "left" };
  if (from > scale.width) return { beyond: "right" };
  const x = Math.max(-outsidePx, from);
  return { x, width: Math.max(minPx, Math.min(scale.width + outsidePx, to) - x) };
}

/** Samples further apart are not joined: the time in between is unknown. */
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
