import { percent } from "../../core/format.ts";
import { burstProblem, isBunched, isWorthNaming } from "./burst.ts";
import {
  arrivalText,
  capacityText,
  helpfulShare,
  isShared,
  sharedSentence,
  slotsSentence,
} from "./capacity-text.ts";
import { fewestThatExplain, headOfLineProblem, longRunsOf } from "./head-of-line.ts";
import { hotPartitionProblem, hotSpot, unevenProblem, unevenSentence } from "./hot-partition.ts";
import type { StageProblem } from "./stage-problem.ts";
import type { Stage } from "./stages.ts";
import { jobsOf, unitOf, type WhatIf, whatIf } from "./what-if.ts";

/** Head-of-line blocking: at most this share of the runs is long. */
const fewLongShare = 0.2;
/** The same, when messages arrive no faster than they can be handled. */
const fewLongShareUnderCapacity = 1 / 3;
/** A change that would have saved this share of the waiting identifies the problem. */
const decisiveShare = 0.5;
/** `decisiveShare` for evenly filled partitions: with two partitions, they save at most half. */
const unevenShare = 0.3;
/** A stage with arrivals below this share of its capacity is not saturated. */
const saturatedShare = 0.8;
/** Saturation means that the slots were busy at least this share of the time in which messages waited. */
const nearlyAlways = 0.8;

/**
 * Why messages queue in a stage: the change that would have saved most of the waiting shows it. None where consumers idle while
 * messages wait, though neither few long runs nor uneven partitions explain it.
 */
export function queueingProblems(stage: Stage, ns: number, minNs: number): StageProblem[] {
  if (ns < minNs) return [];
  const shared = sharedSentence(stage);
  return reasonsOf(stage, ns, minNs).map((problem) => ({ ...problem, why: problem.why + shared }));
}

function reasonsOf(stage: Stage, ns: number, minNs: number): StageProblem[] {
  const { finding, transportNs, costs } = stage;
  const jobs = jobsOf(stage);
  const runs = jobs.map(({ run }) => run);
  const changed = whatIf(stage, jobs, ns);
  const isUnder = isUnderCapacity(stage);
  // When messages arrive no faster than they can be handled, more long runs still count as head-of-line blocking.
  const maxLong = Math.max(1, (isUnder ? fewLongShareUnderCapacity : fewLongShare) * jobs.length);
  const all = longRunsOf(runs, finding.runNs?.p50 ?? 0, costs, transportNs);
  const long = all.length <= maxLong ? fewestThatExplain(all, ns) : [];
  const longCostNs = sumOf(long, (one) => one.costNs);
  // What waited before, as for an owner, makes a backlog too: then the long runs are not what made it.
  const madeIt = longCostNs >= sumOf(long, (one) => one.backlogNs);
  const headOfLine = headOfLineProblem(stage, ns, long, jobs.length, changed);
  const isHeadOfLine = long.length > 0 && madeIt && headOfLine.ns >= minNs;
  if (isHeadOfLine && (headOfLine.ns >= ns * decisiveShare || isUnder)) return [headOfLine];
  const hot = hotSpot(stage, jobs);
  const isUneven = changed !== undefined && 1 - changed.even >= unevenShare;
  if (hot !== undefined && (finding.partitions === 1 ? !isUnder : isUneven)) {
    return [hotPartitionProblem(finding.partitions, ns, hot, changed)];
  }
  const rest = isHeadOfLine ? ns - headOfLine.ns : ns;
  const others = isHeadOfLine ? [headOfLine] : [];
  if (isUnder) {
    const isBurst = isBunched(stage, rest, changed) && isWorthNaming(stage, rest);
    return isBurst ? [burstProblem(stage, rest, changed), ...others] : others;
  }
  if (stage.busyWhileWaiting >= nearlyAlways || isBusyOrPolling(stage, ns)) {
    return [saturationProblem(stage, rest, changed), ...others];
  }
  if (finding.slots > 1 && isUneven)
    return [hotPartitionProblem(finding.partitions, rest, unevenSentence(stage), changed), ...others];
  return finding.slots > 1 && isQueueBusy(stage, ns) ? [unevenProblem(stage, rest), ...others] : others;
}

/** Whether the only slot was busy, or polling between two messages, nearly all the time in which messages waited. */
function isBusyOrPolling(stage: Stage, ns: number): boolean {
  return stage.finding.slots === 1 && isQueueBusy(stage, ns);
}

/** Whether nearly all that waited did so for runs, or for polling between two of them. */
function isQueueBusy({ finding: { waitByCause }, explained }: Stage, ns: number): boolean {
  const allNs = sumOf(explained, ({ wait }) => (wait?.ns ?? 0) - (wait?.byCause.rebalance ?? 0));
  return ns + (waitByCause.transport ?? 0) >= allNs * nearlyAlways;
}

/** On average, messages arrived more slowly than they can be handled in the time that other stages leave. */
export function isUnderCapacity({ finding, otherStages }: Stage): boolean {
  const { arrivalsPerSecond = Number.POSITIVE_INFINITY, capacityPerSecond = 0 } = finding;
  return arrivalsPerSecond < saturatedShare * capacityPerSecond * (1 - otherStages.share);
}

function saturationProblem(stage: Stage, ns: number, changed: WhatIf | undefined): StageProblem {
  const { utilisation = 0 } = stage.finding;
  return {
    class: "saturation",
    ns,
    why: `Messages arrived ${arrivalText(stage)}; ${capacityText(stage)}. They were busy ${percent(utilisation)} of the time.`,
    help: `${cureOf(stage, changed)}${slotsSentence(stage, ns, changed)}`,
  };
}

function cureOf(stage: Stage, changed: WhatIf | undefined): string {
  const unit = !changed || changed.slotEach < helpfulShare ? undefined : unitOf(stage);
  return `Send fewer orders, shorten the work or use more ${unit === undefined || isShared(stage) ? "consumers" : `${unit}s`}.`;
}

function sumOf<T>(items: readonly T[], nsOf: (item: T) => number): number {
  return items.reduce((ns, item) => ns + nsOf(item), 0);
}
