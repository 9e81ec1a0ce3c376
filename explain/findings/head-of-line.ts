import { capital, counted, duration } from "../../core/format.ts";
import { runNsPerMessage, type SpanRun } from "../deliveries/delivery.ts";
import { minOf } from "../extremes.ts";
import type { Costs } from "./blocker-costs.ts";
import { slotsSentence } from "./capacity-text.ts";
import type { StageProblem } from "./stage-problem.ts";
import type { Stage } from "./stages.ts";
import type { WhatIf } from "./what-if.ts";

/** A run is long when it takes more than this many times the median, for each of its messages. */
const longFactor = 4;

/** A long run and what it cost the messages of the stage. */
export type LongRun = {
  readonly run: SpanRun;
  /** What others waited while it ran. */
  readonly costNs: number;
  readonly messages: number;
  /** What others waited for the runs after it, until its consumer had no backlog any more. */
  readonly backlogNs: number;
};

/** Long runs that cost less than this share of the costliest one are not what holds up a stage. */
const comparableShare = 0.2;
/** If less than this share of the waiting remains without the long runs, the other messages would hardly have waited. */
const negligibleShare = 0.1;
/** This share of the waiting has to be explained by the long runs. */
const explainedShare = 0.5;

/**
 * The long runs that others waited for, the costliest first. A run is long when it takes more than `longFactor` times `medianNs`
 * for each of its messages.
 *
 *     one consumer  ├──── long ────┤├ 7 ┤├ 8 ┤├ 9 ┤     idle    ├ 10 ┤
 *     cost           others wait for it
 *     backlog                       what they wait for 7, 8, 9
 */
export function longRunsOf(
  runs: readonly SpanRun[],
  medianNs: number,
  costs: Costs,
  transportNs: number,
): LongRun[] {
  const found: LongRun[] = [];
  for (const ofConsumer of Map.groupBy(runs, ({ consumer }) => consumer).values()) {
    let last: { run: SpanRun; costNs: number; messages: number; backlogNs: number } | undefined;
    let busyUntilNs = Number.NEGATIVE_INFINITY;
    for (const run of ofConsumer.toSorted((a, b) => a.startNs - b.startNs)) {
      const { ns: costNs = 0, messages = 0 } = costs.get(run) ?? {};
      if (run.startNs > busyUntilNs + transportNs) last = undefined;
      busyUntilNs = Math.max(busyUntilNs, run.endNs);
      if (runNsPerMessage(run) > longFactor * medianNs) {
        last = { run, costNs, messages, backlogNs: 0 };
        if (costNs > 0) found.push(last);
      } else if (last) last.backlogNs += costNs;
    }
  }
  found.sort((a, b) => b.costNs + b.backlogNs - a.costNs - a.backlogNs);
  const [worst] = found;
  // Others that are long, as the first runs of a cold process are, but hardly held up anyone do not count.
  return worst ? found.filter(({ costNs }) => costNs >= worst.costNs * comparableShare) : [];
}

/** The fewest of the runs that explain half of the waiting; none when all of them explain less. */
export function fewestThatExplain(runs: readonly LongRun[], waitedNs: number): LongRun[] {
  let explainedNs = 0;
  const enough = runs.findIndex(({ costNs, backlogNs }) => {
    explainedNs += costNs + backlogNs;
    return explainedNs >= waitedNs * explainedShare;
  });
  return runs.slice(0, enough + 1);
}

/** The problem of the `long` runs among all `runs` of a stage whose messages waited for `ns`. */
export function headOfLineProblem(
  stage: Stage,
  ns: number,
  long: readonly LongRun[],
  runs: number,
  changed: WhatIf | undefined,
): StageProblem {
  const costNs = sumOf(long, (one) => one.costNs);
  const backlogNs = sumOf(long, (one) => one.backlogNs);
  const left = changed?.withoutLong(new Set(long.map(({ run }) => run)));
  // Without the long runs others would have waited less by what these cost, and by what their backlog cost.
  const saved = left === undefined ? costNs + backlogNs : Math.min(ns * (1 - left), costNs + backlogNs);
  const more =
    backlogNs >= saved * negligibleShare
      ? `, and ${duration(backlogNs)} more until the backlog was gone`
      : "";
  const [it, they] = long.length === 1 ? ["it", "it"] : ["them", "they"];
  const waits = long.length === 1 && long[0]?.messages === 1 ? "it" : "they";
  const rest =
    left !== undefined && left < negligibleShare ? `; without ${it} ${waits} would hardly have waited` : "";
  const [only] = long;
  const who = long.length === 1 && only ? counted(only.messages, "message") : "Others";
  return {
    class: "head-of-line",
    ns: Math.round(saved),
    ...(only && { fromAtNs: minOf(long.map(({ run }) => run.startNs)) }),
    why: `${longText(stage, long, runs)}. ${who} waited ${duration(costNs)} for ${it}${more}${rest}.`,
    help: `${left === undefined ? "" : `If ${they} had run as long as the median, messages would have waited ${duration(ns * left)} instead of ${duration(ns)}.`} Move such work to its own topic and consumers.${slotsSentence(stage, ns, changed)}`.trim(),
  };
}

/** `Order 3 (partition 2, offset 32) ran 7.35 s, 31 times the median (238 ms)` */
function longText({ finding, nameOfRun }: Stage, long: readonly LongRun[], runs: number): string {
  const medianNs = finding.runNs?.p50 ?? 0;
  const median = `the median${finding.maxBatch > 1 ? " for each message" : ""} (${duration(medianNs)})`;
  const total = duration(sumOf(long, ({ run }) => run.endNs - run.startNs));
  const [first] = long;
  if (!first) return "";
  const name = nameOfRun(first.run);
  if (long.length === 1) {
    // Many clocks count whole milliseconds.
    const times =
      medianNs > 0 ? `${Math.round(runNsPerMessage(first.run) / medianNs)} times` : "much more than";
    return `${capital(name)} ran ${total}, ${times} ${median}`;
  }
  return `${long.length} of ${counted(runs, finding.maxBatch > 1 ? "run" : "message")} ran ${total} in total, each more than ${longFactor} times ${median}; ${name} cost most`;
}

function sumOf<T>(items: readonly T[], nsOf: (item: T) => number): number {
  return items.reduce((ns, item) => ns + nsOf(item), 0);
}
