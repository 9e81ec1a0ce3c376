import type { Clock } from "./clock.fixture.ts";
import type { Message, SimRun, StageSpec } from "./model.fixture.ts";
import type { Random } from "./random.fixture.ts";
import type { State } from "./truth.fixture.ts";

/** A partition as its group sees it. */
export type Lane = {
  readonly partition: number;
  readonly log: Message[];
  /** Index of the first message that is not done; by key, later ones may be. */
  position: number;
  owner: Consumer | undefined;
  assignedNs: number;
  /** The attempt whose back-off is under way. */
  failed: SimRun | undefined;
  /** The same, until the next attempt begins. */
  toRepeat: SimRun | undefined;
  readonly active: Set<SimRun>;
};

/** One instance of a group. The group starts its runs and tells it what happens. */
export type Consumer = {
  readonly name: string;
  readonly active: Set<SimRun>;
  alive: boolean;
  /** Partitions were handed out. */
  assigned(lanes: readonly Lane[]): void;
  /** A partition has a message, or its back-off is over. */
  wake(lane: Lane): void;
  /** Drops whatever is not running. */
  drop(): void;
  /** Why the lane's next message does not run although a slot is free. */
  holds(lane: Lane): State;
};

/** What a consumer can ask its group for. */
export type Surroundings = {
  readonly spec: StageSpec;
  readonly clock: Clock;
  readonly random: Random;
  /** Starts a run; `ended` is called unless the consumer dies first. */
  start(
    consumer: Consumer,
    lane: Lane,
    messages: readonly Message[],
    fetchedNs: number,
    ended: (run: SimRun) => void,
  ): SimRun;
  /** No partition changes hands, and nobody begins anything. */
  isDraining(): boolean;
};
