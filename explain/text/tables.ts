import { escapeControls } from "../../core/escape.ts";
import { counted, duration, percent } from "../../core/format.ts";
import type { Explanation, StageFinding } from "../explanation.ts";
import { longest, orDash, type Paint, table, wrap } from "./layout.ts";
import { cpuOf, memoryOf, placeOf, stageNames, workOf } from "./names.ts";

const maxBlockers = 8;
/** Blockers below this share of the worst one's cost are not listed. */
const minShare = 0.02;

/** The blockers as a table, the costliest first. */
export function blockerLines(
  { window, blockers, stages }: Explanation,
  width: number,
  paint: Paint,
): string[] {
  const [worst] = blockers;
  if (!worst) return [];
  const shown = blockers.filter(({ cost }) => cost.ns >= worst.cost.ns * minShare).slice(0, maxBlockers);
  const names = stageNames(stages);
  const [head = "", ...rows] = table(
    [
      { head: "who", cells: shown.map(({ order }) => escapeControls(order)), isLeft: true },
      { head: "what it ran", cells: shown.map(workOf), isLeft: true, dropped: 1, minColumns: 10 },
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
    ...wrap("Who held up others (for: run time, cost: waiting it caused, of: messages)", width).map((line) =>
      paint("bold", line),
    ),
    paint("gray", head),
    ...rows,
    ...(left > 0 ? wrap(`${left} more cost less.`, width) : []),
  ];
}

const maxStages = 16;

/** The stages as a table, at most those with the longest waits: `in/s` is the rate of arrivals, `max/s` the rate that they can handle. */
export function stageLines({ stages: all }: Explanation, width: number, paint: Paint): string[] {
  if (all.length === 0) return [];
  const names = stageNames(all);
  const { shown: stages, left } = longest(all, maxStages, waitedNs);
  const [head = "", ...rows] = table(
    [
      { head: "stage", cells: stages.map(names), isLeft: true },
      { head: "busy", cells: stages.map(({ utilisation }) => orDash(utilisation, percent)) },
      { head: "in/s", cells: stages.map((stage) => orDash(stage.arrivalsPerSecond, rate)), dropped: 4 },
      { head: "max/s", cells: stages.map((stage) => orDash(stage.capacityPerSecond, rate)), dropped: 3 },
      { head: "wait p50", cells: stages.map(({ waitNs }) => orDash(waitNs?.p50, duration)), dropped: 2 },
      { head: "wait p95", cells: stages.map(({ waitNs }) => orDash(waitNs?.p95, duration)), dropped: 5 },
      { head: "wait p99", cells: stages.map(({ waitNs }) => orDash(waitNs?.p99, duration)) },
      { head: "run p50", cells: stages.map(({ runNs }) => orDash(runNs?.p50, duration)), dropped: 1 },
    ],
    width,
  );
  return [
    paint("bold", "Stages"),
    paint("gray", head),
    ...rows,
    ...(left.length > 0 ? [`${counted(left.length, "more stage")} had less waiting.`] : []),
  ];
}

/** Total waiting for a stage. */
export function waitedNs({ waitByCause }: StageFinding): number {
  return Object.values(waitByCause).reduce((sum, ns) => sum + ns, 0);
}

function rate(perSecond: number): string {
  return perSecond.toFixed(perSecond < 9.995 ? 2 : perSecond < 99.95 ? 1 : 0);
}
