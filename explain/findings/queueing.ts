import { counted, duration, listed, percent, rate } from "../../core/format.ts";
import type { ProblemFinding, StageFinding } from "../explanation.ts";
import { maxOf } from "../extremes.ts";
import type { Job } from "./replay.ts";
import type { Stage } from "./stages.ts";
import { jobsOf, longFactor, unitOf, type WhatIf, whatIf } from "./what-if.ts";

/** Head-of-line blocking: at most this share of the messages is long. */
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
/** More slots that leave more than this share of the waiting do not help. */
const helpfulShare = 0.9;
const hotKeyShare = 0.6;
const hotKeyMessages = 10;
/** Consumers that spend at least this share of their time on other stages count as shared. */
const sharedShare = 0.05;
const maxTopicsNamed = 3;

/** A problem without its stage, which the caller knows. */
export type StageProblem = Omit<ProblemFinding, "stage" | "topic">;

/** Why messages queue in a stage: the change that would have saved most of the waiting shows it. */
export function queueingProblems(stage: Stage, ns: number, minNs: number): StageProblem[] {
  if (ns < minNs) return [];
  const shared = sharedSentence(stage);
  return reasonsOf(stage, ns, minNs).map((problem) => ({ ...problem, why: problem.why + shared }));
}

function reasonsOf(stage: Stage, ns: number, minNs: number): StageProblem[] {
  const { finding } = stage;
  const jobs = jobsOf(stage);
  const changed = whatIf(stage, jobs);
  const headOfLine = headOfLineProblem(stage, ns, jobs, changed);
  // When messages arrive no faster than they can be handled, more long runs still count as head-of-line blocking.
  const maxLongShare = isUnderCapacity(stage) ? fewLongShareUnderCapacity : fewLongShare;
  const isHeadOfLine = headOfLine.ns >= minNs && isFew(changed.long, jobs, maxLongShare);
  const isOnly = 1 - changed.withoutLong >= decisiveShare || isUnderCapacity(stage);
  if (isHeadOfLine && isOnly) return [headOfLine];
  const hot = hotSpot(stage, jobs);
  if (hot !== undefined && (1 - changed.even >= unevenShare || finding.partitions === 1)) {
    return [hotPartitionProblem(finding, ns, hot, changed)];
  }
  const saturation = saturationProblem(stage, ns, changed);
  if (!isHeadOfLine) return [saturation];
  return [{ ...saturation, ns: ns - headOfLine.ns }, headOfLine];
}

function headOfLineProblem(
  stage: Stage,
  ns: number,
  jobs: readonly Job[],
  { long, withoutLong, slotEach }: WhatIf,
): StageProblem {
  const { runNs } = stage.finding;
  const unit = jobs.some(({ messages }) => messages > 1) ? "run" : "message";
  const [they, them, howLong] =
    long.length === 1
      ? ["it", "it", duration(sumOf(long))]
      : ["they", "them", `${duration(sumOf(long))} in total, each`];
  const separator = long.length === 1 ? ", " : " ";
  const others =
    withoutLong < negligibleShare ? `; without ${them}, the others would hardly have waited` : "";
  return {
    class: "head-of-line",
    ns: Math.round(ns * (1 - withoutLong)),
    why: `${long.length} of ${counted(jobs.length, unit)} ran ${howLong}${separator}more than ${longFactor} times the median (${duration(runNs.p50)})${others}.`,
    help: `If ${they} had run as long as the median, messages would have waited ${duration(ns * withoutLong)} instead of ${duration(ns)}.${slotsSentence(stage, ns, slotEach)} Move such work to its own topic and consumers.`,
  };
}

function isFew(long: readonly Job[], jobs: readonly Job[], share: number): boolean {
  return long.length <= Math.max(1, share * jobs.length);
}

function hotPartitionProblem(
  { partitions }: StageFinding,
  ns: number,
  why: string,
  { even }: WhatIf,
): StageProblem {
  // With a single partition in use, nothing can be computed.
  const left = partitions > 1 ? even : 0;
  const saved =
    partitions > 1
      ? `With evenly filled partitions, messages would have waited ${duration(ns * even)} instead of ${duration(ns)}. `
      : "";
  return {
    class: "hot-partition",
    ns: Math.round(ns * (1 - left)),
    why,
    help: `${saved}Choose a key with more values or split the hot one; more consumers do not help while one partition gets the messages.`,
  };
}

/** On average, messages arrived more slowly than they can be handled in the time that other stages leave. */
function isUnderCapacity({ finding, otherStages }: Stage): boolean {
  const { arrivalsPerSecond = Number.POSITIVE_INFINITY, capacityPerSecond } = finding;
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

function saturationProblem(stage: Stage, ns: number, { slotEach }: WhatIf): StageProblem {
  const { arrivalsPerSecond, capacityPerSecond, slots, utilisation } = stage.finding;
  const arriving = arrivalsPerSecond === undefined ? "all at once" : `at ${rate(arrivalsPerSecond)}`;
  const onAverage = stage.slotsOnAverage.toFixed(1);
  const average = Number(onAverage) < slots ? ` (${onAverage} on average)` : "";
  const bunched = isUnderCapacity(stage) ? "in bunches, on average " : "";
  const busy = slots === 1 ? "It was busy" : "They were busy";
  return {
    class: "saturation",
    ns,
    why: `Messages arrived ${bunched}${arriving}, and ${counted(slots, "slot")}${average} can handle ${rate(capacityPerSecond)}. ${busy} ${percent(utilisation)} of the time.`,
    help: `${bunched ? "Find out why they arrive together: often the previous stage was held up." : cureOf(stage, slotEach)}${slotsSentence(stage, ns, slotEach)}`,
  };
}

function cureOf(stage: Stage, slotEach: number): string {
  const unit = slotEach < helpfulShare ? undefined : unitOf(stage);
  return `Send fewer orders, shorten the work or use more ${unit === undefined || isShared(stage) ? "slots" : `${unit}s`}.`;
}

/** What a slot for each partition or key would have saved. */
function slotsSentence(stage: Stage, ns: number, slotEach: number): string {
  const unit = unitOf(stage);
  if (unit === undefined) return "";
  if (slotEach >= helpfulShare) {
    if (isShared(stage)) return " Consumers that handle only this topic would help.";
    const why = unit === "partition" ? "in their partition" : "with their key";
    return ` More slots alone would not have helped: messages wait for others ${why}.`;
  }
  const how =
    unit === "partition"
      ? "as many consumers as partitions, or as many partitions at a time"
      : "as many messages at a time as there are keys";
  return ` With a slot for every ${unit} (${how}), messages would have waited ${duration(ns * slotEach)} instead of ${duration(ns)}.`;
}

function sumOf(jobs: readonly Job[]): number {
  return jobs.reduce((ns, { runNs }) => ns + runNs, 0);
}

/** A sentence about the partition or key that has far more than its share of the work, if any. */
function hotSpot({ explained, finding }: Stage, jobs: readonly Job[]): string | undefined {
  const keys = Map.groupBy(explained, ({ delivery }) => delivery.key);
  const [key, ofKey = []] = [...keys].sort(([, a], [, b]) => b.length - a.length)[0] ?? [];
  const hasHotKey =
    key !== undefined && explained.length >= hotKeyMessages && ofKey.length >= explained.length * hotKeyShare;
  const runs = new Set(explained.map(({ delivery }) => delivery.run));
  const partitions = new Map<string | undefined, number>();
  for (const { lane, startNs, endNs } of runs) {
    partitions.set(lane, (partitions.get(lane) ?? 0) + endNs - startNs);
  }
  const share = maxOf([...partitions.values()]) / Math.max(1, sumOf(jobs));
  const hasHotPartition = finding.partitions > 1 && share >= 1.5 / finding.partitions;
  if (hasHotKey) {
    const isOnePartition = new Set(ofKey.map(({ delivery }) => delivery.partition)).size === 1;
    return `${ofKey.length} of ${explained.length} messages have the key ${JSON.stringify(key)}${isOnePartition ? ", so they are all in one partition" : ""}.`;
  }
  return hasHotPartition
    ? `One of ${finding.partitions} partitions has ${percent(share)} of the work.`
    : undefined;
}
