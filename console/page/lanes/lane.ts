import type { Bar } from "../../api.ts";
import type { View } from "../time/time-scale.ts";
import { highestSoFar, lowerBound, upperBound } from "./binary-search.ts";
import { intensityRank } from "./intensity.ts";
import { stack } from "./stack.ts";

/** The deliveries of one partition to one group, as sorted arrays that are fast to draw. */
export type Lane = {
  readonly key: string;
  readonly topic: string;
  readonly stage: string;
  readonly partition: number | undefined;
  /** The consumer of its last message. */
  readonly consumer: string | undefined;
  /** By start. */
  readonly bars: readonly Bar[];
  readonly startMs: Float64Array;
  readonly endMs: Float64Array;
  /** The latest end of this and all earlier bars. */
  readonly reachMs: Float64Array;
  readonly intensity: Uint8Array;
  /** Row of each bar: bars that overlap, because their partition is not handled in order, lie in different rows. */
  readonly row: Uint16Array;
  readonly rows: number;
  readonly queue: Queue;
};

/** Messages waiting in a lane, by arrival. */
export type Queue = {
  readonly fromMs: Float64Array;
  readonly toMs: Float64Array;
  readonly reachMs: Float64Array;
  /** Index of the bar. */
  readonly bar: Uint32Array;
  readonly row: Uint16Array;
  readonly rows: number;
  /** `toMs`, ascending: with `fromMs` it gives the depth at any time. */
  readonly leavesMs: Float64Array;
};

export function laneKey(of: Pick<Bar, "topic" | "stage" | "partition">): string {
  return `${of.topic}\n${of.stage}\n${of.partition ?? ""}`;
}

/** @param bars of one topic, stage and partition, in any order, possibly none */
export function createLane(
  place: Pick<Lane, "topic" | "stage" | "partition"> & { readonly consumer?: string | undefined },
  bars: readonly Bar[],
): Lane {
  const sorted = bars.toSorted((a, b) => a.startedAtMs - b.startedAtMs || (a.offset ?? 0) - (b.offset ?? 0));
  const startMs = Float64Array.from(sorted, (bar) => bar.startedAtMs);
  const endMs = Float64Array.from(sorted, (bar) => bar.endedAtMs);
  const { rows: row, count: rows } = stack(startMs, endMs);
  return {
    key: laneKey(place),
    topic: place.topic,
    stage: place.stage,
    partition: place.partition,
    consumer: sorted.at(-1)?.consumer ?? place.consumer,
    bars: sorted,
    startMs,
    endMs,
    reachMs: highestSoFar(endMs),
    intensity: Uint8Array.from(sorted, (bar) => intensityRank(bar.intensity)),
    row,
    rows: Math.max(1, rows),
    queue: createQueue(sorted),
  };
}

function createQueue(bars: readonly Bar[]): Queue {
  const waits = bars
    .map((bar, n) => ({ n, fromMs: bar.availableAtMs ?? bar.startedAtMs, toMs: bar.startedAtMs }))
    .filter(({ fromMs, toMs }) => fromMs < toMs)
    .sort((a, b) => a.fromMs - b.fromMs || a.toMs - b.toMs);
  const fromMs = Float64Array.from(waits, (wait) => wait.fromMs);
  const toMs = Float64Array.from(waits, (wait) => wait.toMs);
  const { rows: row, count: rows } = stack(fromMs, toMs);
  return {
    fromMs,
    toMs,
    reachMs: highestSoFar(toMs),
    bar: Uint32Array.from(waits, ({ n }) => n),
    row,
    rows,
    leavesMs: toMs.toSorted(),
  };
}

/** Index range, end excluded, that contains all bars in the view. */
export function barsWithin({ startMs, reachMs }: Lane, view: View): [number, number] {
  return [lowerBound(reachMs, view.fromMs), lowerBound(startMs, view.toMs)];
}

/** Index of a bar in this lane; -1 when it has no such bar. */
export function indexOf({ bars, startMs }: Lane, bar: Bar): number {
  for (let n = lowerBound(startMs, bar.startedAtMs); startMs[n] === bar.startedAtMs; n += 1) {
    if (bars[n]?.id === bar.id) return n;
  }
  return -1;
}

export function waitsWithin({ fromMs, reachMs }: Queue, view: View): [number, number] {
  return [lowerBound(reachMs, view.fromMs), lowerBound(fromMs, view.toMs)];
}

/** How many messages wait at `atMs`. */
export function depthAt({ fromMs, leavesMs }: Queue, atMs: number): number {
  return upperBound(fromMs, atMs) - upperBound(leavesMs, atMs);
}

/** The maximum number of messages waiting at once within the view. */
export function deepest(queue: Queue, view: View): number {
  let most = depthAt(queue, view.fromMs);
  const end = lowerBound(queue.fromMs, view.toMs);
  // The depth grows only at arrivals.
  for (let n = lowerBound(queue.fromMs, view.fromMs); n < end; n += 1) {
    most = Math.max(most, n + 1 - upperBound(queue.leavesMs, queue.fromMs[n] ?? 0));
  }
  return most;
}
