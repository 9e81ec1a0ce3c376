import type { ProblemFinding, StageFinding } from "../explanation.ts";
import type { SpanRun } from "../normalise/delivery.ts";
import type { Cause } from "../waits/run.ts";
import type { InOrder } from "../waits/units.ts";
import type { Explained } from "./explained.ts";
import { type Job, replay } from "./replay.ts";
import { arrivalOf, type Stage } from "./stages.ts";
import { capital, counted, duration, listed, percent, rate } from "./words.ts";

/** Time below which nothing is called a problem, and the share of all time in the stage. */
const worthNs = 100_000_000;
const worthShare = 0.05;
/** A run is long from so many times the median on. */
const longFactor = 4;
/** Of many messages so few are long when the rest are held up by them. */
const fewShare = 0.2;
/** A change that would have saved this share of the waiting names its cause. */
const decisiveShare = 0.5;
/** Where so little waiting would be left, the rest would have been fine. */
const fineShare = 0.1;
/** Less for evenly filled partitions: of two, they can save a half at most. */
const unevenShare = 0.3;
/** Below this share of what can be handled, messages do not come too fast. */
const calmShare = 0.8;
const hotKeyShare = 0.6;
const hotKeyMessages = 10;

const queueing: readonly Cause[] = ["same-partition", "same-key", "same-consumer", "capacity"];

/** What is wrong with a stage, the costliest first. */
export function problemsOf(stage: Stage): ProblemFinding[] {
  const { finding, explained } = stage;
  const runs = [...new Set(explained.map(({ delivery }) => delivery.run))];
  const spentNs =
    explained.reduce((ns, { wait }) => ns + (wait?.ns ?? 0), 0) +
    runs.reduce((ns, { startNs, endNs }) => ns + endNs - startNs, 0);
  const leastNs = Math.max(worthNs, spentNs * worthShare);
  const byCause = (causes: readonly Cause[]) =>
    causes.reduce((ns, cause) => ns + (finding.waitByCause[cause] ?? 0), 0);
  const { stage: group, topic } = finding;
  const named = (problem: Omit<ProblemFinding, "stage" | "topic">): ProblemFinding => ({
    ...problem,
    stage: group,
    topic,
  });

  const retryNs = byCause(["retry"]) + runs.reduce((ns, run) => ns + run.retryNs, 0);
  const queueNs = runs.reduce((ns, { work }) => ns + work.reduce((sum, one) => sum + one.queueNs, 0), 0);
  const problems = [
    ...queueingProblems(stage, byCause(queueing), leastNs),
    {
      class: "fetch-barrier" as const,
      ns: byCause(["fetch-barrier"]),
      why: `Messages waited ${duration(byCause(["fetch-barrier"]))} although a slot was free: the client fetches again only when all partitions of its last fetch are done.`,
      help: "A consumer for each partition, instead of several partitions in one consumer, takes the barrier away; smaller fetches make it shorter.",
    },
    {
      class: "rebalance" as const,
      ns: byCause(["rebalance"]),
      why: `Messages waited ${duration(byCause(["rebalance"]))} while no consumer had their partition.`,
      help: "Stop consumers so that they leave the group, keep session time-outs short, give instances a fixed identity (static membership), and do not scale in the middle of a burst.",
    },
    { class: "retries" as const, ns: retryNs, ...retriesOf(explained, retryNs) },
    {
      class: "starved-workers" as const,
      ns: queueNs,
      why: `Operations waited ${duration(queueNs)} for a free worker thread after their message had been taken.`,
      help: "More worker threads if cores are free, or fewer messages at a time for one process.",
    },
  ];
  return problems
    .filter(({ ns }) => ns >= leastNs)
    .map(named)
    .sort((a, b) => b.ns - a.ns);
}

/** Handling again what failed, or what was delivered again though nothing did. */
function retriesOf(explained: readonly Explained[], ns: number): Pick<ProblemFinding, "why" | "help"> {
  const failed = explained.filter(({ delivery: { attempts } }) =>
    attempts.some((run) => run.failed || run.retryNs > 0),
  ).length;
  const again = explained.filter(
    ({ delivery: { attempts } }) =>
      attempts.length > 1 && attempts.every((run) => !run.failed && run.retryNs === 0),
  ).length;
  const parts = [
    failed > 0 && `${counted(failed, "message")} failed and had to be tried again`,
    again > 0 && `${counted(again, "message")} came again though nothing had failed`,
  ].filter((part) => part !== false);
  const helps = [
    failed > 0 && "Mend what fails; until then retry from a topic of its own, so that the partition goes on.",
    again > 0 &&
      "Offsets that are not committed when a partition changes hands are delivered again: commit more often, and stop consumers so that they commit and leave the group.",
  ].filter((part) => part !== false);
  return {
    why: `${capital(listed(parts))}; earlier attempts and what passed after them took ${duration(ns)}.`,
    help: helps.join(" "),
  };
}

type Bare = Omit<ProblemFinding, "stage" | "topic">;

/** What queueing in a stage would have been with one thing changed, as shares of what it was. */
type WhatIf = {
  /** Runs that took many times the median. */
  readonly long: readonly Job[];
  /** Had they taken the median. */
  readonly withoutLong: number;
  /** Had the messages been dealt out evenly to the partitions. */
  readonly even: number;
  /** Had each partition had a slot. */
  readonly slotEach: number;
};

function whatIf({ finding, slotsOf }: Stage, jobs: readonly Job[]): WhatIf {
  const slots = (consumer: string) => slotsOf.get(consumer) ?? 1;
  const asItWas = replay(jobs, slots);
  const share = (changed: readonly Job[], change = slots) =>
    asItWas > 0 ? Math.min(1, replay(changed, change) / asItWas) : 1;
  const medianNs = Math.max(1, Math.round(finding.runNs.p50));
  const isLong = ({ runNs }: Job) => runNs > longFactor * medianNs;
  return {
    long: jobs.filter(isLong),
    withoutLong: share(jobs.map((job) => (isLong(job) ? { ...job, runNs: medianNs } : job))),
    even: share(spread(jobs, finding.partitions, [...slotsOf.keys()])),
    slotEach: share(
      jobs.map((job) => ({ ...job, consumer: job.lane })),
      () => 1,
    ),
  };
}

/** Which of the reasons for queueing it is: that whose change would have saved most of it. */
function queueingProblems(stage: Stage, ns: number, leastNs: number): Bare[] {
  if (ns < leastNs) return [];
  const { finding } = stage;
  const jobs = jobsOf(stage);
  const changed = whatIf(stage, jobs);
  const headOfLine = headOfLineProblem(finding, ns, jobs, changed);
  // Long runs are to blame as well when messages came no faster than they can be handled.
  const isHeadOfLine = headOfLine.ns >= leastNs && (isFew(changed.long, jobs) || isCalm(finding));
  const isAll = 1 - changed.withoutLong >= decisiveShare || isCalm(finding);
  if (isHeadOfLine && isAll) return [headOfLine];
  const hot = hotSpot(stage, jobs);
  if (hot !== undefined && (1 - changed.even >= unevenShare || finding.partitions === 1)) {
    return [hotPartitionProblem(finding, ns, hot, changed)];
  }
  const saturation = saturationProblem(finding, ns, changed);
  if (!isHeadOfLine) return [saturation];
  return [{ ...saturation, ns: ns - headOfLine.ns }, headOfLine];
}

function headOfLineProblem(
  { runNs }: StageFinding,
  ns: number,
  jobs: readonly Job[],
  { long, withoutLong, slotEach }: WhatIf,
): Bare {
  const what = jobs.some(({ messages }) => messages > 1) ? "run" : "message";
  const [they, each] = long.length === 1 ? ["it", ""] : ["they", " each"];
  return {
    class: "head-of-line",
    ns: Math.round(ns * (1 - withoutLong)),
    why: `${capital(counted(long.length, what))} of ${jobs.length} ran ${duration(sumOf(long))} in all, ${longFactor} times the median (${duration(runNs.p50)}) or longer${each}${withoutLong < fineShare ? "; the rest would have been fine" : ""}.`,
    help: `Had ${they} been as short as the others, waiting would have been ${duration(ns * withoutLong)} instead of ${duration(ns)}. ${ofSlots(ns, slotEach)} Such work belongs on a topic and consumers of its own.`,
  };
}

function isFew(long: readonly Job[], jobs: readonly Job[]): boolean {
  return long.length <= Math.max(1, fewShare * jobs.length);
}

function hotPartitionProblem({ partitions }: StageFinding, ns: number, why: string, { even }: WhatIf): Bare {
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

/** On average, messages came more slowly than they can be handled. */
function isCalm({ arrivalsPerSecond = Number.POSITIVE_INFINITY, capacityPerSecond }: StageFinding): boolean {
  return arrivalsPerSecond < calmShare * capacityPerSecond;
}

function saturationProblem(finding: StageFinding, ns: number, { slotEach }: WhatIf): Bare {
  const { arrivalsPerSecond, capacityPerSecond, slots, utilisation } = finding;
  const arriving = arrivalsPerSecond === undefined ? "at once" : `at ${rate(arrivalsPerSecond)}`;
  const bunched = isCalm(finding) ? "in bunches, on average " : "";
  return {
    class: "saturation",
    ns,
    why: `Messages came ${bunched}${arriving}, and ${counted(slots, "slot")} can handle ${rate(capacityPerSecond)}; busy ${percent(utilisation)} of the time.`,
    help: `${bunched ? "See why they come together: often the stage before was held up." : "Fewer orders, shorter work or more slots."} ${ofSlots(ns, slotEach)}`,
  };
}

function ofSlots(ns: number, slotEach: number): string {
  return slotEach < 0.9
    ? `A slot for every partition (as many consumers as partitions, or as many partitions at a time) would have left ${duration(ns * slotEach)} of ${duration(ns)}.`
    : "A slot for every partition would not have helped: they wait inside their partitions.";
}

/** The runs that did the work, by arrival. */
function jobsOf({ explained, inOrder }: Stage): Job[] {
  const arrivals = new Map<SpanRun, number>();
  // By arrival, so the last one counts.
  for (const one of explained) arrivals.set(one.delivery.run, arrivalOf(one));
  return [...arrivals]
    .map(([run, arrivalNs], n) => ({
      arrivalNs,
      messages: run.deliveries.length,
      runNs: run.endNs - run.startNs,
      lane: laneOf(run, inOrder(run), n),
      consumer: run.consumer,
    }))
    .sort((a, b) => a.arrivalNs - b.arrivalNs);
}

function laneOf({ lane = "", key, offset }: SpanRun, inOrder: InOrder, n: number): string {
  if (inOrder === "by-partition") return lane;
  return inOrder === "by-key" ? `${lane} ${key ?? offset}` : `${n}`;
}

function sumOf(jobs: readonly Job[]): number {
  return jobs.reduce((ns, { runNs }) => ns + runNs, 0);
}

/** The same messages, dealt out to the partitions in turn. */
function spread(jobs: readonly Job[], partitions: number, consumers: readonly string[]): Job[] {
  return jobs.map((job, n) => {
    const lane = n % Math.max(partitions, consumers.length);
    return { ...job, lane: `${lane}`, consumer: consumers[lane % consumers.length] ?? job.consumer };
  });
}

/** The partition or key that has far more than its part of the work; undefined when there is none. */
function hotSpot({ explained, finding }: Stage, jobs: readonly Job[]): string | undefined {
  const keys = Map.groupBy(explained, ({ delivery }) => delivery.key);
  const [key, ofKey = []] = [...keys].sort(([, a], [, b]) => b.length - a.length)[0] ?? [];
  const hotKey =
    key !== undefined && explained.length >= hotKeyMessages && ofKey.length >= explained.length * hotKeyShare;
  const lanes = Map.groupBy(jobs, ({ lane }) => lane);
  const busiest = [...lanes.values()].sort((a, b) => sumOf(b) - sumOf(a))[0] ?? [];
  const share = sumOf(busiest) / Math.max(1, sumOf(jobs));
  const hotLane = finding.partitions > 1 && share >= 1.5 / finding.partitions;
  if (hotKey) {
    const isOne = new Set(ofKey.map(({ delivery }) => delivery.partition)).size === 1;
    return `${ofKey.length} of ${explained.length} messages have the key ${JSON.stringify(key)}${isOne ? " and so one partition" : ""}.`;
  }
  return hotLane ? `One of ${finding.partitions} partitions has ${percent(share)} of the work.` : undefined;
}
