import { duration } from "../../core/words.ts";
import type { Explanation } from "../explanation.ts";
import { harmless } from "./harmless.ts";
import { table, wrap } from "./layout.ts";
import { cpuOf, memoryOf, placeOf, stageNames, workOf } from "./names.ts";
import type { Paint } from "./paint.ts";

const mostShown = 8;
/** Of what the worst one cost. */
const worthShare = 0.02;

/** Who held up others, the costliest first. */
export function blockerLines(
  { window, blockers, stages }: Explanation,
  width: number,
  paint: Paint,
): string[] {
  const [worst] = blockers;
  if (!worst) return [];
  const shown = blockers.filter(({ cost }) => cost.ns >= worst.cost.ns * worthShare).slice(0, mostShown);
  const names = stageNames(stages);
  const [head = "", ...rows] = table(
    [
      { head: "who", cells: shown.map(({ order }) => harmless(order)), isLeft: true },
      { head: "what it ran", cells: shown.map(workOf), isLeft: true, dropped: 1, leastColumns: 10 },
      { head: "for", cells: shown.map(({ runNs }) => duration(runNs)) },
      { head: "CPU", cells: shown.map(cpuOf), dropped: 3 },
      { head: "cost", cells: shown.map(({ cost }) => duration(cost.ns)) },
      { head: "of", cells: shown.map(({ cost }) => String(cost.messages)) },
      { head: "in", cells: shown.map(names), isLeft: true, dropped: 2 },
      { head: "memory", cells: shown.map(memoryOf), dropped: 4 },
      { head: "where", cells: shown.map(placeOf), isLeft: true, dropped: 5 },
    ],
    width,
  );
  const left = window.blockers - shown.length;
  return [
    ...wrap("Who held up others: for how long it ran, and what that cost how many messages", width).map(
      (line) => paint("bold", line),
    ),
    paint("gray", head),
    ...rows,
    ...(left > 0 ? wrap(`${left} more cost less.`, width) : []),
  ];
}
