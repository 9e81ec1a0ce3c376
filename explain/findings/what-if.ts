import type { SpanRun } from "../deliveries/delivery.ts";
import type { InOrder } from "../waits/timeline/in-order.ts";
import { type Job, replay } from "./replay.ts";
import { arrivalOf, type Stage } from "./stages.ts";

/** A run is long from so many times the median on. */
export const longFactor = 4;

/** What queueing in a stage would have been with one thing changed, as shares of what it was. */
export type WhatIf = {
  /** Runs that took many times the median. */
  readonly long: readonly Job[];
  /** Had they taken the median. */
  readonly withoutLong: number;
  /** Had the messages been dealt out evenly to the partitions. */
  readonly even: number;
  /** Had each partition had a slot. */
  readonly slotEach: number;
};

export function whatIf(stage: Stage, jobs: readonly Job[]): WhatIf {
  const {
    finding,
    seats: { slotsOf },
  } = stage;
  const slots = (seat: string) => slotsOf.get(seat) ?? 1;
  const asItWas = replay(jobs, slots);
  const share = (changed: readonly Job[], change = slots) =>
    asItWas > 0 ? Math.min(1, replay(changed, change) / asItWas) : 1;
  const medianNs = Math.max(1, Math.round(finding.runNs.p50));
  const isLong = ({ runNs }: Job) => runNs > longFactor * medianNs;
  return {
    long: jobs.filter(isLong),
    withoutLong: share(jobs.map((job) => (isLong(job) ? { ...job, runNs: medianNs } : job))),
    even: share(spread(stage, jobs)),
    slotEach: share(
      jobs.map((job) => ({ ...job, consumer: job.lane })),
      () => 1,
    ),
  };
}

/** The runs that did the work, by arrival. */
export function jobsOf({ explained, inOrder, seats: { seatOf } }: Stage): Job[] {
  const arrivals = new Map<SpanRun, number>();
  // By arrival, so the last one counts.
  for (const one of explained) arrivals.set(one.delivery.run, arrivalOf(one));
  return [...arrivals]
    .map(([run, arrivalNs], n) => ({
      arrivalNs,
      messages: run.deliveries.length,
      runNs: run.endNs - run.startNs,
      lane: laneOf(run, inOrder(run), n),
      consumer: seatOf.get(run.consumer) ?? run.consumer,
    }))
    .sort((a, b) => a.arrivalNs - b.arrivalNs);
}

function laneOf({ lane = "", key, offset }: SpanRun, inOrder: InOrder, n: number): string {
  if (inOrder === "by-partition") return lane;
  return inOrder === "by-key" ? `${lane} ${key ?? offset}` : `${n}`;
}

/** What is consumed in order; undefined when nothing is, as far as can be seen. */
export function unitOf({ explained, inOrder }: Stage): "partition" | "key" | undefined {
  const orders = new Set(explained.map(({ delivery }) => inOrder(delivery.run)));
  if (orders.has("by-key")) return "key";
  return orders.has("by-partition") ? "partition" : undefined;
}

/** The same messages, dealt out to the partitions in turn. */
function spread(stage: Stage, jobs: readonly Job[]): Job[] {
  const seats = [...stage.seats.slotsOf.keys()];
  const partitions = Math.max(stage.finding.partitions, seats.length);
  const isWhole = unitOf(stage) === "partition";
  return jobs.map((job, n) => {
    const partition = n % partitions;
    return {
      ...job,
      lane: isWhole ? `${partition}` : `${partition} ${job.lane}`,
      consumer: seats[partition % seats.length] ?? job.consumer,
    };
  });
}
