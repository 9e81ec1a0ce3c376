import type { SpanRun } from "../deliveries/delivery.ts";
import type { Ordering } from "../waits/ordered-unit.ts";
import { type Job, replay } from "./replay.ts";
import { arrivalOf, type Stage } from "./stages.ts";

/** A job of a stage and the run that it replays. */
export type StageJob = Job & { readonly run: SpanRun };

/** The waiting in a stage with one thing changed, as shares of the actual waiting. */
export type WhatIf = {
  /** If the given runs had taken the median time for each of their messages. */
  withoutLong(long: ReadonlySet<SpanRun>): number;
  /** If no run had taken longer than the median time for each of its messages. */
  atMedian(): number;
  /** If the messages had been spread evenly over the partitions. */
  readonly even: number;
  /** If each lane had its own slot. */
  readonly slotEach: number;
};

/** A replay that is further off than this share of what was observed predicts nothing. */
const maxErrorShare = 0.25;
const maxErrorNs = 100_000_000;

/**
 * Replays the stage as it was and with each change; undefined when the replay of the stage as it was does not give the
 * `waitedNs` that were observed. `jobs` are those of `jobsOf`.
 */
export function whatIf(stage: Stage, jobs: readonly StageJob[], waitedNs: number): WhatIf | undefined {
  const {
    finding,
    replicas: { slotsOf },
  } = stage;
  const slots = (replica: string) => slotsOf.get(replica) ?? 1;
  const asItWas = replay(jobs, slots);
  if (Math.abs(asItWas - waitedNs) > Math.max(maxErrorNs, waitedNs * maxErrorShare)) return undefined;
  const share = (changed: readonly Job[], change = slots) =>
    asItWas > 0 ? Math.min(1, replay(changed, change) / asItWas) : 1;
  const medianNs = Math.max(1, Math.round(finding.runNs?.p50 ?? 1));
  return {
    withoutLong: (long) =>
      share(jobs.map((job) => (long.has(job.run) ? { ...job, runNs: medianNs * job.run.messages } : job))),
    atMedian: () =>
      share(jobs.map((job) => ({ ...job, runNs: Math.min(job.runNs, medianNs * job.run.messages) }))),
    even: share(spread(stage, jobs)),
    slotEach: share(
      jobs.map((job) => ({ ...job, consumer: job.lane })),
      () => 1,
    ),
  };
}

/** The runs that did the work, by arrival. */
export function jobsOf({ explained, ordering, replicas: { replicaOf } }: Stage): StageJob[] {
  const arrivals = new Map<SpanRun, number>();
  // Sorted by arrival, so the last message of a batch counts. Messages wait for an owner before they wait for others.
  for (const one of explained) {
    arrivals.set(one.delivery.run, arrivalOf(one) + (one.wait?.byCause.rebalance ?? 0));
  }
  return [...arrivals]
    .map(([run, arrivalNs], n) => ({
      run,
      arrivalNs: Math.min(arrivalNs, run.startNs),
      messages: run.deliveries.length,
      runNs: run.endNs - run.startNs,
      lane: laneOf(run, ordering(run), n),
      consumer: replicaOf.get(run.consumer) ?? run.consumer,
    }))
    .sort((a, b) => a.arrivalNs - b.arrivalNs);
}

function laneOf({ lane = "", key, offset }: SpanRun, ordering: Ordering, n: number): string {
  if (ordering === "by-partition") return lane;
  return ordering === "by-key" ? `${lane} ${key ?? offset}` : `${n}`;
}

/** What is consumed in order; undefined when nothing seems to be. */
export function unitOf({ explained, ordering }: Stage): "partition" | "key" | undefined {
  const orders = new Set(explained.map(({ delivery }) => ordering(delivery.run)));
  if (orders.has("by-key")) return "key";
  return orders.has("by-partition") ? "partition" : undefined;
}

/** The same messages, spread over the partitions in turn. */
function spread(stage: Stage, jobs: readonly Job[]): Job[] {
  const replicas = [...stage.replicas.slotsOf.keys()];
  const partitions = Math.max(stage.finding.partitions, replicas.length);
  const isByPartition = unitOf(stage) === "partition";
  return jobs.map((job, n) => {
    const partition = n % partitions;
    return {
      ...job,
      lane: isByPartition ? `${partition}` : `${partition} ${job.lane}`,
      consumer: replicas[partition % replicas.length] ?? job.consumer,
    };
  });
}
