import type { Bar, RunningBar, TopicState } from "../../api.ts";
import { waitingIn } from "../pipeline/topology.ts";
import type { View } from "../time/time-scale.ts";

/** The deliveries in view that caused most waiting, worst first. */
export function worstBlockers(bars: Iterable<Bar>, view: View, maxCount: number): Bar[] {
  const blockers: Bar[] = [];
  for (const bar of bars) {
    if (bar.costMs > 0 && bar.endedAtMs >= view.fromMs && bar.startedAtMs <= view.toMs) blockers.push(bar);
  }
  return blockers.sort((a, b) => b.costMs - a.costMs).slice(0, maxCount);
}

/** Blockers that caused at least a tenth of the waiting of the worst. */
export function majorBlockers(blockers: readonly Bar[]): Bar[] {
  const worstMs = blockers[0]?.costMs ?? 0;
  return blockers.filter(({ costMs }) => costMs >= worstMs / 10);
}

/** A message being handled now while others of its stage wait. */
export type BlockerNow = {
  readonly order: string;
  readonly stage: string;
  readonly startedAtMs: number;
  readonly operation: string | undefined;
  readonly intensity: string | undefined;
  /** Messages of the topic that wait. */
  readonly waiting: number;
};

/** The longest run in the stage where most messages wait; undefined while none wait. */
export function blockerNow(
  running: readonly RunningBar[],
  topics: readonly TopicState[],
): BlockerNow | undefined {
  const candidates = topics.flatMap(({ topic, stage, partitions }) => {
    const own = running.filter((run) => run.topic === topic && run.stage === stage);
    const [longest] = own.toSorted((a, b) => a.startedAtMs - b.startedAtMs);
    const waiting = partitions.reduce((sum, partition) => sum + waitingIn(partition), 0);
    if (!longest || waiting <= 0) return [];
    const { order, startedAtMs, operation, intensity } = longest;
    return [{ order, stage, startedAtMs, operation, intensity, waiting }];
  });
  return candidates.sort((a, b) => b.waiting - a.waiting)[0];
}
