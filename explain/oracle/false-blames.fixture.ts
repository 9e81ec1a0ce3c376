import {
  type Comparison,
  type Difference,
  explainSimulation,
  lengthOf,
  nameOf,
  wrongBlames,
} from "./compare.fixture.ts";
import type { Distortion } from "./distortions.fixture.ts";
import { type Message, ms, type SimRun, type Simulation } from "./model.fixture.ts";

/** Clocks that count whole milliseconds move both ends of a segment. */
const toleranceNs = 2 * ms;
/** Time that a client may need between two runs: commit, request, response. */
const overheadNs = 20 * ms;

/**
 * Blame that explain calls proven and that is false, in a simulation whose spans are distorted. Blame is true when each named run
 *
 * - is among those that really blocked: others of them may have left no span, and a batch in several partitions has none;
 * - is of an evicted consumer and still handled an earlier message of the partition: nothing need show that others have it now;
 *   or its messages are being fetched again;
 * - ended in the same moment as the run that really held up the fetch.
 *
 * Not judged is what no span can show: an attempt of a blocker, or a batch of the awaited fetch, whose span is lost; work that
 * goes on when its span has ended; and order by key until keys are seen to run at the same time, which looks like order by
 * partition before.
 */
export function falseBlamesIn(simulation: Simulation, distort: Distortion): Difference[] {
  const { scenario, runs } = simulation;
  const seen = new Set<string>();
  const { comparisons, written } = explainSimulation(simulation, (spans) => {
    const given = distort(spans);
    for (const { spanId } of given) seen.add(spanId);
    return given;
  });
  const shown = new Set(
    [...written.runOf].flatMap(([spanId, run]) => (seen.has(spanId) ? [nameOf(run)] : [])),
  );
  return comparisons.flatMap((comparison) => {
    const { stage, partition } = comparison.delivery.message;
    const { mode, spanEnds = "with-handling" } = scenario.stages[stage] ?? {};
    if (spanEnds !== "with-handling") return [];
    const ofStage = runs.filter((run) => run.stage === stage);
    const { consumer, startNs } = comparison.delivery.run;
    return wrongBlames(comparison).filter((difference) => {
      const { claimed, truth } = difference;
      if (lengthOf(difference) < toleranceNs || !claimed) return false;
      if (mode === "by-key" && (claimed.cause === "same-partition" || claimed.cause === "fetch-barrier")) {
        return false;
      }
      const duringWait = ofStage.filter(
        (run) => run.consumer === consumer && run.endNs > difference.fromNs && run.startNs < startNs,
      );
      const blockers = trueBlockers(comparison, difference);
      const messages = new Set(blockers.map(withoutAttempt));
      const attempts = ofStage.map(nameOf).filter((name) => messages.has(withoutAttempt(name)));
      if (attempts.some((name) => !shown.has(name))) return false;
      if (truth?.cause === "fetch-barrier" && duringWait.some((run) => !shown.has(nameOf(run)))) return false;
      return !claimed.blockers.every(
        (name) =>
          blockers.some((blocker) => withoutAttempt(blocker) === name) ||
          ofStage.some((run) => withoutAttempt(nameOf(run)) === name && isTrue(run, difference, partition)),
      );
    });
  });

  function isTrue(run: SimRun, { fromNs, toNs, claimed, truth }: Difference, partition: number): boolean {
    if (claimed?.cause === "fetch-barrier") {
      return runs.some(
        (one) =>
          truth?.blockers.includes(withoutAttempt(nameOf(one))) && Math.abs(one.endNs - run.endNs) <= ms,
      );
    }
    return (
      run.fenced &&
      run.messages.some((message) => message.partition === partition) &&
      (toNs - fromNs < overheadNs || (run.startNs <= fromNs + ms && run.endNs >= toNs - ms))
    );
  }
}

/** Names of the true blockers with their attempts. */
function trueBlockers({ truth }: Comparison, { fromNs }: Difference): readonly string[] {
  return truth.find((segment) => segment.fromNs <= fromNs && fromNs < segment.toNs)?.blockers ?? [];
}

function withoutAttempt(name: string): string {
  return name.replace(/!.*/, "");
}

/**
 * Order is kept by partition, or the spans show that it is kept by key: each consumer of the message's partition had several of
 * its messages active at a time.
 */
export function isOrderVisible({ scenario, runs }: Simulation, { stage, partition }: Message): boolean {
  if (scenario.stages[stage]?.mode !== "by-key") return true;
  const ofLane = runs.filter(
    (run) => run.stage === stage && run.messages[0]?.partition === partition && !run.crashed,
  );
  return ofLane.every(({ consumer }) =>
    ofLane.some((a) =>
      ofLane.some((b) => a !== b && a.consumer === consumer && b.consumer === consumer && overlap(a, b)),
    ),
  );
}

function overlap(a: SimRun, b: SimRun): boolean {
  const earliestEndNs = a.endNs - Math.min(5 * ms, Math.floor((a.endNs - a.startNs) / 2));
  return a.startNs <= b.startNs && b.startNs < earliestEndNs;
}
