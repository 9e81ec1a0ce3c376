import { capital, counted, duration, listed } from "../../core/format.ts";
import { aboutCause, type Cause, causes, isProblemCause, problemCauses } from "../causes.ts";
import type { Delivery } from "../deliveries/delivery.ts";
import type { ProblemFinding } from "../explanation.ts";
import { maxOf, minOf } from "../extremes.ts";
import type { Explained } from "./explained.ts";
import { gapsOf } from "./missing.ts";
import { isUnderCapacity, queueingProblems } from "./queueing.ts";
import type { StageProblem } from "./stage-problem.ts";
import { arrivalOf, type Stage } from "./stages.ts";

/** Anything that costs less than this, or less than this share of the stage's time, is not called a problem. */
const minCostNs = 100_000_000;
/** Messages that queue for less than this in all hardly waited. */
const minQueueingNs = 500_000_000;
const minCostShare = 0.05;

const queueingCauses = causes.filter((cause) => aboutCause[cause].remedy === "queueing");

/** The problems of a stage, the costliest first. */
export function problemsOf(stage: Stage): ProblemFinding[] {
  const { finding, explained } = stage;
  const runs = [...new Set(explained.map(({ delivery }) => delivery.run))].filter(
    ({ goesOnNs }) => goesOnNs === undefined,
  );
  const spentNs =
    explained.reduce((ns, { wait }) => ns + (wait?.ns ?? 0), 0) +
    runs.reduce((ns, { startNs, endNs }) => ns + endNs - startNs, 0);
  const minNs = Math.max(minCostNs, spentNs * minCostShare);
  const own = ownAttempts(explained);
  const byCause = (some: readonly Cause[]) =>
    some.reduce((ns, cause) => ns + (finding.waitByCause[cause] ?? 0) - (own.get(cause) ?? 0), 0);
  const { stage: group, topic } = finding;
  const named = (problem: StageProblem): ProblemFinding => ({
    fromAtNs: isProblemCause(problem.class) ? firstWaitNs(explained, problem.class) : firstWaitNs(explained),
    ...problem,
    stage: group,
    topic,
    certainty: certaintyOf(explained, problem.class),
  });

  // In a batch that is handled again, others wait too.
  const waitedForRetryNs = explained
    .filter(({ delivery }) => delivery.attempts.length > 1)
    .reduce((ns, { wait }) => ns + (wait?.byCause.retry ?? 0), 0);
  const retryNs =
    waitedForRetryNs +
    [...own.values()].reduce((sum, ns) => sum + ns, 0) +
    explained.reduce((ns, { delivery }) => ns + delivery.run.retryNs + repeatedNs(delivery), 0);
  const queueNs = runs.reduce((ns, { work }) => ns + work.reduce((sum, one) => sum + one.queueNs, 0), 0);
  const queueing = queueingProblems(stage, byCause(queueingCauses), minNs);
  const problems = [
    ...[...queueing, ...unexplainedProblem(stage, queueing.length > 0 || isUnderCapacity(stage))].filter(
      ({ ns }) => ns >= minQueueingNs,
    ),
    ...problemCauses.map((cause): StageProblem => {
      const { why, help } = aboutCause[cause].remedy;
      const ns = byCause([cause]);
      return { class: cause, ns, why: why(duration(ns)), help };
    }),
    ...retriesOf(explained, retryNs),
    {
      class: "starved-workers" as const,
      ns: queueNs,
      why: `Operations waited ${duration(queueNs)} for a free worker thread after a consumer had taken their message.`,
      help: "Add worker threads if cores are free, or handle fewer messages at a time per process.",
    },
  ];
  return problems
    .filter(({ ns }) => ns >= minNs)
    .map(named)
    .sort((a, b) => b.ns - a.ns);
}

/** Shorter waits are not worth a beginning. */
const mentionedNs = 5_000_000;

/** When the first message arrived that had to wait, for one cause or any. */
function firstWaitNs(explained: readonly Explained[], cause?: Cause): number | undefined {
  const waited = explained.filter(
    ({ wait }) => wait && (cause === undefined ? wait.ns : (wait.byCause[cause] ?? 0)) >= mentionedNs,
  );
  return waited.length > 0 ? minOf(waited.map(arrivalOf)) : undefined;
}

/** From this share of the waiting on, its certainty counts for all. */
const nearlyAll = 0.9;

/**
 * How sure the causes of a problem are. Of a wait with several causes it is not known which part is only likely: then the
 * problem's cause is.
 */
function certaintyOf(
  explained: readonly Explained[],
  kind: ProblemFinding["class"],
): ProblemFinding["certainty"] {
  if (kind === "unexplained") return "likely";
  // The services measured it.
  if (kind === "starved-workers") return "proven";
  if (kind === "retries" && !explained.every(isRepetitionSure)) return "likely";
  let [provenNs, allNs] = [0, 0];
  for (const { wait } of explained) {
    if (!wait) continue;
    const ns = nsOf(kind, wait.byCause, wait.ns);
    allNs += ns;
    provenNs += Math.max(0, ns - wait.likelyNs);
  }
  // Attempts within one run are recorded by its span.
  if (allNs === 0) return kind === "retries" ? "proven" : "likely";
  if (provenNs >= allNs * nearlyAll) return "proven";
  return provenNs <= allNs * (1 - nearlyAll) ? "likely" : "partly";
}

/** The part of a wait that a problem's certainty is about. */
function nsOf(
  kind: ProblemFinding["class"],
  byCause: Readonly<Partial<Record<Cause, number>>>,
  allNs: number,
): number {
  if (isProblemCause(kind)) return byCause[kind] ?? 0;
  return kind === "retries" ? (byCause.retry ?? 0) : allNs - (byCause.unexplained ?? 0);
}

/** Whether the attempts of a message, if it has several, certainly are of one message in one group. */
function isRepetitionSure({ delivery }: Explained): boolean {
  const { attempts, groupKnown, partition, offset, sharesOffset } = delivery;
  return (
    attempts.length < 2 || (groupKnown && partition !== undefined && offset !== undefined && !sharesOffset)
  );
}

/** More unexplained waiting than this share of all is the headline of its stage. */
const mostlyShare = 0.5;
/** The longest time that a consumer of batches is expected to wait for more messages. */
const collectingNs = 1_000_000_000;

/** Waiting without a cause: most of the waiting, or any where consumers idle although they have more than they can handle. */
function unexplainedProblem({ finding, explained }: Stage, isRestExplained: boolean): StageProblem[] {
  const ns = finding.waitByCause.unexplained ?? 0;
  const allNs = explained.reduce((sum, { wait }) => sum + (wait?.ns ?? 0), 0);
  if (isRestExplained && ns <= allNs * mostlyShare) return [];
  const longestNs = maxOf(explained.map(({ wait }) => wait?.byCause.unexplained ?? 0));
  // Who handles batches lets them fill up for a while.
  if (finding.maxBatch > 1 && longestNs <= collectingNs) return [];
  const lacks = gapsOf(explained).map(({ what }) => what);
  const messages = explained.filter(({ wait }) => (wait?.byCause.unexplained ?? 0) > 0).length;
  return [
    {
      class: "unexplained",
      ns,
      why: `${duration(ns)} of ${duration(allNs)} of waiting have no cause in the spans (${counted(messages, "message")}): they do not show what held the messages up.`,
      help: `${lacks.length > 0 ? `Record what the spans lack: ${listed(lacks)}; --check shows how. Else look` : "Look"} for work without spans (another consumer of the group, another topic of the process), for lost spans, or for a client that polls rarely: then give the time between its polls as --transport-ms.`,
    },
  ];
}

/** By cause, how long messages waited for their own earlier attempts in a batch that also held up others. */
function ownAttempts(explained: readonly Explained[]): Map<Cause, number> {
  const own = new Map<Cause, number>();
  for (const { delivery, wait } of explained) {
    if (delivery.attempts.length < 2 || !delivery.attempts.some(({ messages }) => messages > 1)) continue;
    for (const { run, ns, cause } of wait?.blockers ?? []) {
      if (aboutCause[cause].remedy === "retries" || !run.deliveries.includes(delivery)) continue;
      own.set(cause, (own.get(cause) ?? 0) + ns);
    }
  }
  return own;
}

/** Runs of a message after its work was done. */
function repeatedNs({ run, attempts }: Delivery): number {
  const later = attempts.filter(({ startNs }) => startNs >= run.endNs);
  return later.reduce((ns, { startNs, endNs }) => ns + endNs - startNs, 0);
}

/**
 * Messages handled again after a failure, or delivered again without one. Where the group is unknown, the latter may be several
 * groups.
 */
function retriesOf(explained: readonly Explained[], ns: number): StageProblem[] {
  const failed = explained.filter(
    ({ delivery: { attempts } }) =>
      attempts.some((run) => run.retryNs > 0) || (attempts.length > 1 && attempts.some((run) => run.failed)),
  ).length;
  const again = explained.filter(
    ({ delivery: { attempts, groupKnown } }) =>
      groupKnown && attempts.length > 1 && attempts.every((run) => !run.failed && run.retryNs === 0),
  ).length;
  if (failed + again === 0) return [];
  const parts = [
    failed > 0 && `${counted(failed, "message")} failed and had to be retried`,
    again > 0 &&
      `${counted(again, "message")} ${again === 1 ? "was" : "were"} delivered again although nothing had failed`,
  ].filter((part) => part !== false);
  const helps = [
    failed > 0 &&
      "Fix what fails; until then, retry from a separate topic so that the partition can continue.",
    again > 0 &&
      "Messages whose offsets are not committed when a partition changes hands are delivered again: commit more often, and stop consumers so that they commit and leave the group.",
  ].filter((part) => part !== false);
  const why = `${capital(listed(parts))}. The extra attempts and the time between attempts took ${duration(ns)}.`;
  return [{ class: "retries", ns, why, help: helps.join(" ") }];
}
