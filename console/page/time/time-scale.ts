/** The time range shown. */
export type View = { readonly fromMs: number; readonly toMs: number };

/** A time range on `width` pixels. */
export type TimeScale = View & { readonly width: number };

export const shortestViewMs = 5;
export const longestViewMs = 24 * 3_600_000;

export function xOf({ fromMs, toMs, width }: TimeScale, atMs: number): number {
  return ((atMs - fromMs) / (toMs - fromMs)) * width;
}

export function atOf({ fromMs, toMs, width }: TimeScale, x: number): number {
  return fromMs + (x / width) * (toMs - fromMs);
}

/** Shows `factor` times as much time; `atMs` stays where it is. */
export function zoomed(view: View, factor: number, atMs: number): View {
  const spanMs = view.toMs - view.fromMs;
  const newSpanMs = Math.min(longestViewMs, Math.max(shortestViewMs, spanMs * factor));
  const left = (atMs - view.fromMs) / spanMs;
  return { fromMs: atMs - left * newSpanMs, toMs: atMs + (1 - left) * newSpanMs };
}

export function panned(view: View, byMs: number): View {
  return { fromMs: view.fromMs + byMs, toMs: view.toMs + byMs };
}

/** The given range with a margin of 3 % on either side. */
export function fitted(fromMs: number, toMs: number): View {
  const marginMs = Math.max(shortestViewMs, (toMs - fromMs) * 0.03);
  return { fromMs: fromMs - marginMs, toMs: toMs + marginMs };
}

/** Pans as little as needed to show the given range; shows the start of a range longer than the view. */
export function revealing(view: View, fromMs: number, toMs: number): View {
  const marginMs = (view.toMs - view.fromMs) * 0.05;
  if (fromMs - marginMs < view.fromMs || toMs - fromMs > view.toMs - view.fromMs) {
    return panned(view, fromMs - marginMs - view.fromMs);
  }
  return toMs + marginMs > view.toMs ? panned(view, toMs + marginMs - view.toMs) : view;
}

const stepsMs = [
  1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 15_000, 30_000, 60_000, 120_000, 300_000,
  600_000, 900_000, 1_800_000, 3_600_000, 7_200_000, 21_600_000,
];

/** Round times at least `minPx` apart. */
export function ticks(scale: TimeScale, minPx = 90): { readonly stepMs: number; readonly atMs: number[] } {
  const leastMs = ((scale.toMs - scale.fromMs) / scale.width) * minPx;
  const stepMs = stepsMs.find((step) => step >= leastMs) ?? 43_200_000;
  const atMs: number[] = [];
  for (let at = Math.ceil(scale.fromMs / stepMs) * stepMs; at <= scale.toMs; at += stepMs) atMs.push(at);
  return { stepMs, atMs };
}

/** Limits a view to the whole range: never longer than it, never outside it. */
export function withinWhole(whole: View, view: View): View {
  const spanMs = view.toMs - view.fromMs;
  if (spanMs >= whole.toMs - whole.fromMs) return whole;
  const fromMs = Math.min(Math.max(view.fromMs, whole.fromMs), whole.toMs - spanMs);
  return { fromMs, toMs: fromMs + spanMs };
}

/** `zoomed`, limited to the whole range. */
export function zoomedWithin(whole: View, view: View, factor: number, atMs: number): View {
  return withinWhole(whole, zoomed(view, factor, atMs));
}

/** Pans by a share of the view, limited to the whole range. */
export function pannedWithin(whole: View, view: View, share: number): View {
  return withinWhole(whole, panned(view, share * (view.toMs - view.fromMs)));
}
