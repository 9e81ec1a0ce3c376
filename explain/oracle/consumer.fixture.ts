import type { Clock } from "./clock.fixture.ts";
import type { Message, SimRun, StageSpec } from "./model.fixture.ts";
import type { Random } from "./random.fixture.ts";
import type { State } from "./truth.fixture.ts";

/** A partition as its group sees it. */
export type Lane = {
  readonly partition: number;
  readonly log: Message[];
  /** Index of the first message that is not done; with order by key, later ones may be done. */
  position: number;
  owner: Consumer | undefined;
  assignedNs: number;
  /** The failed attempt whose back-off has not ended. */
  failed: SimRun | undefined;
  /** The failed attempt, until the next one begins. */
  toRepeat: SimRun | undefined;
  readonly active: Set<SimRun>;
};

/** One instance of a group. The group starts its runs and notifies it of events. */
export type Consumer = {
  readonly name: string;
  readonly active: Set<SimRun>;
  alive: boolean;
  /** The broker took its partitions during a run, and it has not joined again. */
  evicted: boolean;
  /** The consumer was assigned these partitions. */
  assigned(lanes: readonly Lane[]): void;
  /** A partition has a new message, or its back-off has ended. */
  wake(lane: Lane): void;
  /** Drops everything that is not running. */
  drop(): void;
  /** Why the lane's next message does not run although a slot is free. */
  stateOf(lane: Lane): State;
};

/** The group as its consumers see it. */
export type ConsumerContext = {
  readonly spec: StageSpec;
  readonly clock: Clock;
  readonly random: Random;
  /** Starts a run for messages of `lanes`; `ended` is called unless the consumer dies or is evicted first. */
  start(
    consumer: Consumer,
    lanes: readonly Lane[],
    messages: readonly Message[],
    fetchedNs: number,
    ended: (run: SimRun) => void,
  ): SimRun;
  /** A rebalance is in progress, so no run may start. */
  isDraining(): boolean;
};
