import type { Bar } from "../../api.ts";
import type { View } from "../time/time-scale.ts";

/** The deliveries in view that cost others most, the costliest first. */
export function worstBlockers(bars: Iterable<Bar>, view: View, most: number): Bar[] {
  const blockers: Bar[] = [];
  for (const bar of bars) {
    if (bar.costMs > 0 && bar.endedAtMs >= view.fromMs && bar.startedAtMs <= view.toMs) blockers.push(bar);
  }
  return blockers.sort((a, b) => b.costMs - a.costMs).slice(0, most);
}

/** Those whose cost stands out: at least a tenth of the costliest one's. */
export function standingOut(blockers: readonly Bar[]): Bar[] {
  const most = blockers[0]?.costMs ?? 0;
  return blockers.filter(({ costMs }) => costMs >= most / 10);
}
