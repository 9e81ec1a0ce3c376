import { counted, duration, percent } from "../../core/format.ts";
import { runNsPerMessage } from "../deliveries/delivery.ts";
import { maxOf } from "../extremes.ts";
import type { Job } from "./replay.ts";
import type { StageProblem } from "./stage-problem.ts";
import type { Stage } from "./stages.ts";
import type { WhatIf } from "./what-if.ts";

const hotKeyShare = 0.6;
const hotKeyMessages = 10;

export function hotPartitionProblem(
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

/** A sentence about the partition or key that has far more than its share of the work, if any. */
export function hotSpot({ explained, finding }: Stage, jobs: readonly Job[]): string | undefined {
  const keys = Map.groupBy(explained, ({ delivery }) => delivery.key);
  const [key, ofKey = []] = [...keys].sort(([, a], [, b]) => b.length - a.length)[0] ?? [];
  const hasHotKey =
    key !== undefined && explained.length >= hotKeyMessages && ofKey.length >= explained.length * hotKeyShare;
  const partitions = new Map<number, number>();
  for (const { delivery } of explained) {
    const { partition, run } = delivery;
    if (partition !== undefined)
      partitions.set(partition, (partitions.get(partition) ?? 0) + runNsPerMessage(run));
  }
  const share =
    maxOf([...partitions.values()]) /
    Math.max(
      1,
      jobs.reduce((sum, { runNs }) => sum + runNs, 0),
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

/** A sentence about partitions that got more than their consumers could use. */
export function unevenSentence({ busyWhileWaiting, finding: { slots } }: Stage): string {
  return `The consumers can handle ${counted(slots, "message")} at a time, but used only ${percent(busyWhileWaiting)} of that while messages waited: those were in the partitions of the busy ones.`;
}

/** Some consumers have more partitions with work than others, which idle. */
export function unevenProblem(stage: Stage, ns: number): StageProblem {
  return {
    class: "hot-partition",
    ns,
    why: unevenSentence(stage),
    help: "Spread the busy partitions evenly over the consumers, or use as many consumers as partitions.",
  };
}
