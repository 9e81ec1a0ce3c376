/** The part of time that is seen. */
export type View = { readonly fromMs: number; readonly toMs: number };

/** A view on so many pixels. */
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
  const wantedMs = Math.min(longestViewMs, Math.max(shortestViewMs, spanMs * factor));
  const left = (atMs - view.fromMs) / spanMs;
  return { fromMs: atMs - left * wantedMs, toMs: atMs + (1 - left) * wantedMs };
}

export function panned(view: View, byMs: number): View {
  return { fromMs: view.fromMs + byMs, toMs: view.toMs + byMs };
}

/** The given time with a margin of 3 % on either side. */
export function fitted(fromMs: number, toMs: number): View {
  const marginMs = Math.max(shortestViewMs, (toMs - fromMs) * 0.03);
  return { fromMs: fromMs - marginMs, toMs: toMs + marginMs };
}

/** Moves the view only as far as the given time asks for; a time longer than the view shows its beginning. */
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

/** Round moments at least `minPx` apart. */
export function ticks(scale: TimeScale, minPx = 90): { readonly stepMs: number; readonly atMs: number[] } {
  const leastMs = ((scale.toMs - scale.fromMs) / scale.width) * minPx;
  const stepMs = stepsMs.find((step) => step >= leastMs) ?? 43_200_000;
  const atMs: number[] = [];
  for (let at = Math.ceil(scale.fromMs / stepMs) * stepMs; at <= scale.toMs; at += stepMs) atMs.push(at);
  return { stepMs, atMs };
}

/** The part of an order's time that is shown: never more than the whole, nor anything beside it. */
export function partOf(whole: View, wanted: View): View {
  const spanMs = wanted.toMs - wanted.fromMs;
  if (spanMs >= whole.toMs - whole.fromMs) return whole;
  const fromMs = Math.min(Math.max(wanted.fromMs, whole.fromMs), whole.toMs - spanMs);
  return { fromMs, toMs: fromMs + spanMs };
}

/** Shows `factor` times as much; `atMs` stays where it is, unless the whole ends there. */
export function zoomedPart(whole: View, part: View, factor: number, atMs: number): View {
  return partOf(whole, zoomed(part, factor, atMs));
}

/** Moves by a share of what is shown. */
export function pannedPart(whole: View, part: View, share: number): View {
  return partOf(whole, panned(part, share * (part.toMs - part.fromMs)));
}
