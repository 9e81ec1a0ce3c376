import { capital, counted, duration, listed, percent, rate } from "../../core/format.ts";
import type { ProblemFinding } from "../explanation.ts";
import { maxOf, minOf } from "../extremes.ts";
import { fewestThatExplain, type LongRun, longFactor, longRunsOf, runNsPerMessage } from "./head-of-line.ts";
import type { Job } from "./replay.ts";
import type { Stage } from "./stages.ts";
import { jobsOf, unitOf, type WhatIf, whatIf } from "./what-if.ts";

/** Head-of-line blocking: at most this share of the runs is long. */
const fewLongShare = 0.2;
/** The same, when messages arrive no faster than they can be handled. */
const fewLongShareUnderCapacity = 1 / 3;
/** A change that would have saved this share of the waiting identifies the problem. */
const decisiveShare = 0.5;
/** If less than this share of the waiting remains without the long runs, the other messages would hardly have waited. */
const negligibleShare = 0.1;
/** `decisiveShare` for evenly filled partitions: with two partitions, they save at most half. */
const unevenShare = 0.3;
/** A stage with arrivals below this share of its capacity is not saturated. */
const saturatedShare = 0.8;
/** Saturation means that the slots were busy at least this share of the time in which messages waited. */
const nearlyAlways = 0.8;
/** More slots that leave more than this share of the waiting do not help. */
const helpfulShare = 0.9;
const hotKeyShare = 0.6;
const hotKeyMessages = 10;
/** Consumers that spend at least this share of their time on other stages count as shared. */
const sharedShare = 0.05;
const maxTopicsNamed = 3;
/** Messages that wait at least this long count as held up. */
const heldUpNs = 100_000_000;

/** A problem without its stage, which the caller knows. */
export type StageProblem = Omit<ProblemFinding, "stage" | "topic" | "fromAtNs" | "certainty"> & {
  /** Default: when the first message arrived that had to wait. */
  readonly fromAtNs?: number;
};

/** Why messages queue in a stage: the change that would have saved most of the waiting shows it. */
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
  if (isUnder) return isWorthNaming(stage, rest) ? [burstProblem(stage, rest, changed), ...others] : others;
  if (stage.busyWhileWaiting >= nearlyAlways || isBusyOrPolling(stage, ns)) {
    return [saturationProblem(stage, rest, changed), ...others];
  }
  return finding.slots > 1
    ? [hotPartitionProblem(finding.partitions, rest, unevenSentence(stage), changed), ...others]
    : [burstProblem(stage, rest, changed), ...others];
}

/** Whether the only slot was busy, or polling between two messages, nearly all the time in which messages waited. */
function isBusyOrPolling({ finding: { slots, waitByCause }, explained }: Stage, ns: number): boolean {
  const allNs = sumOf(explained, ({ wait }) => wait?.ns ?? 0);
  return slots === 1 && ns + (waitByCause.transport ?? 0) >= allNs * nearlyAlways;
}

function headOfLineProblem(
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
  const rest =
    left !== undefined && left < negligibleShare ? `; without ${it} they would hardly have waited` : "";
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
    return `${capital(name)} ran ${total}, ${Math.round(runNsPerMessage(first.run) / Math.max(1, medianNs))} times ${median}`;
  }
  return `${long.length} of ${counted(runs, finding.maxBatch > 1 ? "run" : "message")} ran ${total} in total, each more than ${longFactor} times ${median}; ${name} cost most`;
}

function hotPartitionProblem(
  partitions: number,
  ns: number,
  why: string,
  changed: WhatIf | undefined,
): StageProblem {
  // With a single partition in use, nothing can be computed.
  const left = partitions > 1 ? changed?.even : undefined;
  const saved =
    left === undefined
      ? ""
      : `With evenly filled partitions, messages would have waited ${duration(ns * left)} instead of ${duration(ns)}. `;
  return {
    class: "hot-partition",
    ns: Math.round(ns * (1 - (left ?? 0))),
    why,
    help: `${saved}Choose a key with more values or split the hot one; more consumers do not help while one partition gets the messages.`,
  };
}

/** On average, messages arrived more slowly than they can be handled in the time that other stages leave. */
function isUnderCapacity({ finding, otherStages }: Stage): boolean {
  const { arrivalsPerSecond = Number.POSITIVE_INFINITY, capacityPerSecond = 0 } = finding;
  return arrivalsPerSecond < saturatedShare * capacityPerSecond * (1 - otherStages.share);
}

function isShared({ otherStages }: Stage): boolean {
  return otherStages.share >= sharedShare;
}

/** A sentence saying that the consumers also work for other stages; empty when they hardly do. */
function sharedSentence(stage: Stage): string {
  if (!isShared(stage)) return "";
  const { topics, share } = stage.otherStages;
  const rest = topics.length - maxTopicsNamed;
  const others = listed(rest > 0 ? [...topics.slice(0, maxTopicsNamed), `${rest} more`] : topics);
  return ` Its consumers spent another ${percent(share)} of their time on ${topics.length === 1 ? "topic" : "topics"} ${others}.`;
}

/** `; its consumers can handle 6.3/s, 1 message at a time` */
function capacityText({ finding: { slots, capacityPerSecond = 0 }, slotsOnAverage }: Stage): string {
  const onAverage = slotsOnAverage.toFixed(1);
  const average = Number(onAverage) < slots ? ` (${onAverage} on average)` : "";
  return `its consumers can handle ${rate(capacityPerSecond)}, ${counted(slots, "message")} at a time${average}`;
}

function arrivalText({ finding: { arrivalsPerSecond } }: Stage, average = ""): string {
  return arrivalsPerSecond === undefined ? "all at once" : `${average}at ${rate(arrivalsPerSecond)}`;
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

/** Where messages wait less than half a run on average, they hardly wait. */
function isWorthNaming({ finding: { deliveries, runNs } }: Stage, ns: number): boolean {
  return ns / deliveries >= (runNs?.p50 ?? 0) / 2;
}

/** Messages arrived together, and the last ones waited for the first, although on average there is time for all. */
function burstProblem(stage: Stage, ns: number, changed: WhatIf | undefined): StageProblem {
  const cause = causeOfBurst(stage, ns);
  const arriving = `Messages came in bunches, ${arrivalText(stage, "on average ")}; ${capacityText(stage)}.`;
  const why = {
    rebalance: `${arriving} They had piled up while no consumer had their partition.`,
    upstream: `${arriving} The stage before sent them together after it had held them up.`,
    unknown: arriving,
  };
  const help = {
    rebalance: "Without the rebalance there would be no backlog to work off.",
    upstream: "Cure the stage before; then they arrive one by one.",
    unknown: "Find out why they arrive together, or accept the wait: on average there is time for all.",
  };
  return {
    class: "burst",
    ns,
    why: why[cause],
    help: `${help[cause]}${slotsSentence(stage, ns, changed)}`,
  };
}

function causeOfBurst({ finding, explained }: Stage, ns: number): "rebalance" | "upstream" | "unknown" {
  if ((finding.waitByCause.rebalance ?? 0) >= ns) return "rebalance";
  let [fromUpstreamNs, allNs] = [0, 0];
  for (const { wait, delivery } of explained) {
    const { upstream } = delivery;
    const ownNs = wait?.ns ?? 0;
    allNs += ownNs;
    const heldNs =
      upstream?.availableNs === undefined ? 0 : Math.max(0, upstream.run.startNs - upstream.availableNs);
    if (heldNs >= heldUpNs || (upstream && upstream.run.messages > 1)) fromUpstreamNs += ownNs;
  }
  return allNs > 0 && fromUpstreamNs >= allNs * decisiveShare ? "upstream" : "unknown";
}

function cureOf(stage: Stage, changed: WhatIf | undefined): string {
  const unit = !changed || changed.slotEach < helpfulShare ? undefined : unitOf(stage);
  return `Send fewer orders, shorten the work or use more ${unit === undefined || isShared(stage) ? "consumers" : `${unit}s`}.`;
}

/** What a slot for each partition or key would have saved; empty when nothing can be computed. */
function slotsSentence(stage: Stage, ns: number, changed: WhatIf | undefined): string {
  const unit = unitOf(stage);
  if (!changed) return isShared(stage) ? " Consumers that handle only this topic would help." : "";
  if (unit === undefined) return "";
  if (changed.slotEach >= helpfulShare) {
    if (isShared(stage)) return " Consumers that handle only this topic would help.";
    const why = unit === "partition" ? "in their partition" : "with their key";
    return ` More consumers alone would not have helped: messages wait for others ${why}.`;
  }
  const how =
    unit === "partition"
      ? "With as many consumers as partitions, or as many partitions at a time"
      : "With as many messages at a time as there are keys";
  return ` ${how}, messages would have waited ${duration(ns * changed.slotEach)} instead of ${duration(ns)}.`;
}

function sumOf<T>(items: readonly T[], nsOf: (item: T) => number): number {
  return items.reduce((ns, item) => ns + nsOf(item), 0);
}

function unevenSentence({ busyWhileWaiting, finding: { slots } }: Stage): string {
  return `The consumers can handle ${counted(slots, "message")} at a time, but used only ${percent(busyWhileWaiting)} of that while messages waited: those were in a few partitions.`;
}

/** A sentence about the partition or key that has far more than its share of the work, if any. */
function hotSpot({ explained, finding }: Stage, jobs: readonly Job[]): string | undefined {
  const keys = Map.groupBy(explained, ({ delivery }) => delivery.key);
  const [key, ofKey = []] = [...keys].sort(([, a], [, b]) => b.length - a.length)[0] ?? [];
  const hasHotKey =
    key !== undefined && explained.length >= hotKeyMessages && ofKey.length >= explained.length * hotKeyShare;
  const partitions = new Map<number | undefined, number>();
  for (const { delivery } of explained) {
    const ns = runNsPerMessage(delivery.run);
    partitions.set(delivery.partition, (partitions.get(delivery.partition) ?? 0) + ns);
  }
  const share =
    maxOf([...partitions.values()]) /
    Math.max(
      1,
      sumOf(jobs, ({ runNs }) => runNs),
    );
  const hasHotPartition = finding.partitions > 1 && share >= 1.5 / finding.partitions;
  if (hasHotKey) {
    const isOnePartition = new Set(ofKey.map(({ delivery }) => delivery.partition)).size === 1;
    return `${ofKey.length} of ${explained.length} messages have the key ${JSON.stringify(key)}${isOnePartition ? ", so they are all in one partition" : ""}.`;
  }
  return hasHotPartition
    ? `One of ${finding.partitions} partitions has ${percent(share)} of the work.`
    : undefined;
}
