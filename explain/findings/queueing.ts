import { capital, counted, duration, listed, percent, rate } from "../../core/words.ts";
import type { ProblemFinding, StageFinding } from "../explanation.ts";
import { maxOf } from "../extremes.ts";
import type { Job } from "./replay.ts";
import type { Stage } from "./stages.ts";
import { jobsOf, longFactor, unitOf, type WhatIf, whatIf } from "./what-if.ts";

/** Of many messages so few are long when the rest are held up by them. */
const fewShare = 0.2;
/** The same where messages came no faster than they can be handled. */
const fewOfCalmShare = 1 / 3;
/** A change that would have saved this share of the waiting names its cause. */
const decisiveShare = 0.5;
/** Where so little waiting would be left, the rest would have been fine. */
const fineShare = 0.1;
/** Less for evenly filled partitions: of two, they can save a half at most. */
const unevenShare = 0.3;
/** Below this share of what can be handled, messages do not come too fast. */
const calmShare = 0.8;
/** More slots that would have left more than this would not have helped. */
const helpfulShare = 0.9;
const hotKeyShare = 0.6;
const hotKeyMessages = 10;
/** Consumers that spend this share of the time on other stages are worth a sentence; so many of these are named. */
const sharedShare = 0.05;
const mostShared = 3;

/** What is wrong with a stage that the caller knows. */
export type StageProblem = Omit<ProblemFinding, "stage" | "topic">;

/** Which of the reasons for queueing it is: that whose change would have saved most of it. */
export function queueingProblems(stage: Stage, ns: number, leastNs: number): StageProblem[] {
  if (ns < leastNs) return [];
  const shared = sharedSentence(stage);
  return reasonsOf(stage, ns, leastNs).map((problem) => ({ ...problem, why: problem.why + shared }));
}

function reasonsOf(stage: Stage, ns: number, leastNs: number): StageProblem[] {
  const { finding } = stage;
  const jobs = jobsOf(stage);
  const changed = whatIf(stage, jobs);
  const headOfLine = headOfLineProblem(stage, ns, jobs, changed);
  // Long runs are to blame as well when messages came no faster than they can be handled.
  const most = isCalm(stage) ? fewOfCalmShare : fewShare;
  const isHeadOfLine = headOfLine.ns >= leastNs && isFew(changed.long, jobs, most);
  const isAll = 1 - changed.withoutLong >= decisiveShare || isCalm(stage);
  if (isHeadOfLine && isAll) return [headOfLine];
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
  const what = jobs.some(({ messages }) => messages > 1) ? "run" : "message";
  const [they, each] = long.length === 1 ? ["it", ""] : ["they", " each"];
  return {
    class: "head-of-line",
    ns: Math.round(ns * (1 - withoutLong)),
    why: `${capital(counted(long.length, what))} of ${jobs.length} ran ${duration(sumOf(long))} in all, ${longFactor} times the median (${duration(runNs.p50)}) or longer${each}${withoutLong < fineShare ? "; the rest would have been fine" : ""}.`,
    help: `Had ${they} been as short as the others, waiting would have been ${duration(ns * withoutLong)} instead of ${duration(ns)}.${ofSlots(stage, ns, slotEach)} Such work belongs on a topic and consumers of its own.`,
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
  // With a single partition in use, there is nothing to reckon with.
  const left = partitions > 1 ? even : 0;
  const saved =
    partitions > 1
      ? `Evenly filled partitions would have left ${duration(ns * even)} of ${duration(ns)}. `
      : "";
  return {
    class: "hot-partition",
    ns: Math.round(ns * (1 - left)),
    why,
    help: `${saved}Choose a key with more values, or split the hot one; more consumers do not help while one partition has the messages.`,
  };
}

/** On average, messages came more slowly than they can be handled in the time that other stages leave. */
function isCalm({ finding, elsewhere }: Stage): boolean {
  const { arrivalsPerSecond = Number.POSITIVE_INFINITY, capacityPerSecond } = finding;
  return arrivalsPerSecond < calmShare * capacityPerSecond * (1 - elsewhere.share);
}

function isShared({ elsewhere }: Stage): boolean {
  return elsewhere.share >= sharedShare;
}

/** That consumers have more to do than their share of this stage tells. */
function sharedSentence(stage: Stage): string {
  if (!isShared(stage)) return "";
  const { topics, share } = stage.elsewhere;
  const rest = topics.length - mostShared;
  const others = listed(rest > 0 ? [...topics.slice(0, mostShared), `${rest} more`] : topics);
  return ` Its consumers spend another ${percent(share)} of their time on ${topics.length === 1 ? "topic" : "topics"} ${others}.`;
}

function saturationProblem(stage: Stage, ns: number, { slotEach }: WhatIf): StageProblem {
  const { arrivalsPerSecond, capacityPerSecond, slots, utilisation } = stage.finding;
  const arriving = arrivalsPerSecond === undefined ? "at once" : `at ${rate(arrivalsPerSecond)}`;
  const onAverage = stage.slotsOnAverage.toFixed(1);
  const average = Number(onAverage) < slots ? ` (${onAverage} on average)` : "";
  const bunched = isCalm(stage) ? "in bunches, on average " : "";
  return {
    class: "saturation",
    ns,
    why: `Messages came ${bunched}${arriving}, and ${counted(slots, "slot")}${average} can handle ${rate(capacityPerSecond)}; busy ${percent(utilisation)} of the time.`,
    help: `${bunched ? "See why they come together: often the stage before was held up." : cureOf(stage, slotEach)}${ofSlots(stage, ns, slotEach)}`,
  };
}

function cureOf(stage: Stage, slotEach: number): string {
  const unit = slotEach < helpfulShare ? undefined : unitOf(stage);
  return `Fewer orders, shorter work or more ${unit === undefined || isShared(stage) ? "slots" : `${unit}s`}.`;
}

/** What a slot for all that need not wait for each other would have brought. */
function ofSlots(stage: Stage, ns: number, slotEach: number): string {
  const unit = unitOf(stage);
  if (unit === undefined) return "";
  if (slotEach >= helpfulShare) {
    if (isShared(stage)) return " Consumers that handle nothing else would help.";
    const why = unit === "partition" ? "inside their partitions" : "for others of their own key";
    return ` More slots alone would not have helped: messages wait ${why}.`;
  }
  const how =
    unit === "partition"
      ? "as many consumers as partitions, or as many partitions at a time"
      : "as many messages at a time as there are keys";
  return ` A slot for every ${unit} (${how}) would have left ${duration(ns * slotEach)} of ${duration(ns)}.`;
}

function sumOf(jobs: readonly Job[]): number {
  return jobs.reduce((ns, { runNs }) => ns + runNs, 0);
}

/** The partition or key that has far more than its part of the work; undefined when there is none. */
function hotSpot({ explained, finding }: Stage, jobs: readonly Job[]): string | undefined {
  const keys = Map.groupBy(explained, ({ delivery }) => delivery.key);
  const [key, ofKey = []] = [...keys].sort(([, a], [, b]) => b.length - a.length)[0] ?? [];
  const hotKey =
    key !== undefined && explained.length >= hotKeyMessages && ofKey.length >= explained.length * hotKeyShare;
  const runs = new Set(explained.map(({ delivery }) => delivery.run));
  const partitions = new Map<string | undefined, number>();
  for (const { lane, startNs, endNs } of runs) {
    partitions.set(lane, (partitions.get(lane) ?? 0) + endNs - startNs);
  }
  const share = maxOf([...partitions.values()]) / Math.max(1, sumOf(jobs));
  const hotPartition = finding.partitions > 1 && share >= 1.5 / finding.partitions;
  if (hotKey) {
    const isOne = new Set(ofKey.map(({ delivery }) => delivery.partition)).size === 1;
    return `${ofKey.length} of ${explained.length} messages have the key ${JSON.stringify(key)}${isOne ? " and so one partition" : ""}.`;
  }
  return hotPartition
    ? `One of ${finding.partitions} partitions has ${percent(share)} of the work.`
    : undefined;
}
