import { counted, duration, percent } from "../../core/words.ts";
import type { Explanation, StageFinding } from "../explanation.ts";
import { table } from "./layout.ts";
import { longest } from "./longest.ts";
import { stageNames } from "./names.ts";
import type { Paint } from "./paint.ts";

const mostShown = 16;

/** The stages in figures, of many those that were waited for longest: `came/s` are the messages that arrived, `can/s` those that could have been handled. */
export function stageLines({ stages: all }: Explanation, width: number, paint: Paint): string[] {
  if (all.length === 0) return [];
  const names = stageNames(all);
  const { shown: stages, left } = longest(all, mostShown, waitedNs);
  const [head = "", ...rows] = table(
    [
      { head: "stage", cells: stages.map(names), isLeft: true },
      { head: "busy", cells: stages.map(({ utilisation }) => percent(utilisation)) },
      { head: "came/s", cells: stages.map((stage) => rate(stage.arrivalsPerSecond)), dropped: 4 },
      { head: "can/s", cells: stages.map((stage) => rate(stage.capacityPerSecond)), dropped: 3 },
      { head: "wait p50", cells: stages.map(({ waitNs }) => shown(waitNs?.p50)), dropped: 2 },
      { head: "wait p95", cells: stages.map(({ waitNs }) => shown(waitNs?.p95)), dropped: 5 },
      { head: "wait p99", cells: stages.map(({ waitNs }) => shown(waitNs?.p99)) },
      { head: "run p50", cells: stages.map(({ runNs }) => duration(runNs.p50)), dropped: 1 },
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

/** What messages waited for a stage, added up. */
export function waitedNs({ waitByCause }: StageFinding): number {
  return Object.values(waitByCause).reduce((sum, ns) => sum + ns, 0);
}

function shown(ns: number | undefined): string {
  return ns === undefined ? "-" : duration(ns);
}

function rate(perSecond: number | undefined): string {
  if (perSecond === undefined) return "-";
  return perSecond.toFixed(perSecond < 9.995 ? 2 : perSecond < 99.95 ? 1 : 0);
}
