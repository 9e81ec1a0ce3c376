import type { Bar, RunningBar, TopicState } from "../../api.ts";
import { waitingIn } from "../pipeline/topology.ts";
import type { View } from "../time/time-scale.ts";

/** The deliveries in view that cost others most, the costliest first. */
export function worstBlockers(bars: Iterable<Bar>, view: View, most: number): Bar[] {
  const blockers: Bar[] = [];
  for (const bar of bars) {
    if (bar.costMs > 0 && bar.endedAtMs >= view.fromMs && bar.startedAtMs <= view.toMs) blockers.push(bar);
  }
  return blockers.sort((a, b) => b.costMs - a.costMs).slice(0, most);
}

/** Those whose cost stands out: at least a tenth of the costliest one's. */
export function standingOut(blockers: readonly Bar[]): Bar[] {
  const most = blockers[0]?.costMs ?? 0;
  return blockers.filter(({ costMs }) => costMs >= most / 10);
}

/** Something that runs right now while messages of its stage wait. */
export type HoldingNow = {
  readonly order: string;
  readonly stage: string;
  readonly startedAtMs: number;
  readonly operation: string | undefined;
  readonly intensity: string | undefined;
  /** Messages of the topic that nobody handles yet. */
  readonly waiting: number;
};

/** The longest run of a stage in which messages wait; of several stages, where most wait. */
export function holdingNow(
  running: readonly RunningBar[],
  topics: readonly TopicState[],
): HoldingNow | undefined {
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
