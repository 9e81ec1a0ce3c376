import type { RunningBar, TopicState } from "../../api.ts";
import { waitingIn } from "../live/waiting.ts";

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
