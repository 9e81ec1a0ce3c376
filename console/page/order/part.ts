import { panned, type View, zoomed } from "../time/time-scale.ts";

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
