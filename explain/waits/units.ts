import { byStart, hasOverlap } from "./overlap.ts";
import type { Run } from "./run.ts";

export function unitsOf<R extends Run>(runs: readonly R[]) {
  const units: { runs: R[]; inLane: "same-partition" | "same-key" }[] = [];
  for (const ofLane of Map.groupBy(runs, ({ lane }) => lane).values()) {
    const sorted = ofLane.toSorted(byStart);
    const alone = () => {
      for (const run of sorted) units.push({ runs: [run], inLane: "same-partition" });
    };
    if (!hasOverlap(sorted)) {
      units.push({ runs: sorted, inLane: "same-partition" });
    } else {
      const byKey = Map.groupBy(sorted, ({ key, offset }) => key ?? offset);
      if ([...byKey.values()].some(hasOverlap)) alone();
      else for (const ofKey of byKey.values()) units.push({ runs: ofKey, inLane: "same-key" });
    }
  }
  return units;
}

export function irregularOf<R extends Run>(sorted: readonly R[]): Set<R> {
  let highest = Number.NEGATIVE_INFINITY;
  return new Set(
    sorted.filter(({ offset }) => {
      const later = offset !== undefined && offset <= highest;
      highest = Math.max(highest, offset ?? highest);
      return later;
    }),
  );
}
