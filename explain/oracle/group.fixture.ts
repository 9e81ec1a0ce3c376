import type { Clock } from "./clock.fixture.ts";
import type { Consumer, ConsumerContext, Lane } from "./consumer.fixture.ts";
import { createKeyConsumer } from "./consumer-by-key.fixture.ts";
import { createBatchConsumer } from "./consumer-in-batches.fixture.ts";
import { createPollConsumer } from "./consumer-in-polls.fixture.ts";
import type { Message, Mode, SimRun, StageSpec } from "./model.fixture.ts";
import type { Random } from "./random.fixture.ts";
import type { State } from "./truth.fixture.ts";

export type GroupOptions = {
  readonly stage: number;
  readonly topic: number;
  readonly spec: StageSpec;
  readonly sessionNs: number;
  readonly clock: Clock;
  readonly random: Random;
  readonly runs: SimRun[];
  /** Called when a run starts that will succeed: sends its orders to the next stage. */
  readonly onSuccess: (run: SimRun) => void;
};

const joinNs = [3_000_000, 90_000_000] as const;
const leastToCrashNs = 3_000_000;

const createConsumer: Record<Mode, (name: string, context: ConsumerContext) => Consumer> = {
  "each-message": createBatchConsumer,
  "each-batch": createBatchConsumer,
  "each-poll": createPollConsumer,
  "by-key": createKeyConsumer,
};

/** The consumer group of a stage, with its partitions. */
export function createGroup(options: GroupOptions) {
  const { stage, topic, spec, clock, random, runs } = options;
  const lanes = Array.from(
    { length: spec.partitions },
    (_, partition): Lane => ({
      partition,
      log: [],
      position: 0,
      owner: undefined,
      assignedNs: 0,
      failed: undefined,
      toRepeat: undefined,
      active: new Set(),
    }),
  );
  let draining = false;
  let generation = 0;
  /** When the session of a dead consumer ends; until then the broker does not know that it is dead. */
  let sessionEndsNs = 0;

  const context: ConsumerContext = { spec, clock, random, start, isDraining: () => draining };
  const consumers = Array.from({ length: spec.consumers }, (_, n) =>
    createConsumer[spec.mode](`stage-${stage}-consumer-${n}`, context),
  );
  /** The consumers that the broker believes to be there, or that are back. */
  const members = () => consumers.filter(({ alive, evicted }) => alive && !evicted);

  function start(
    consumer: Consumer,
    ofRun: readonly Lane[],
    messages: readonly Message[],
    fetchedNs: number,
    ended: (run: SimRun) => void,
  ): SimRun {
    const [first] = messages;
    const attempt = (first?.attempts.length ?? 0) + 1;
    const failed = messages.some(({ order }) => attempt <= (spec.failures[order] ?? 0));
    const workNs = messages.reduce((ns, { order }) => ns + (spec.workNs[order] ?? 0), 0);
    const startNs = clock.now();
    const run: SimRun = {
      id: runs.length,
      stage,
      topic,
      consumer: consumer.name,
      messages,
      attempt,
      startNs,
      endNs: startNs + workNs,
      assignedNs: Math.max(...ofRun.map(({ assignedNs }) => assignedNs)),
      fetchedNs,
      slots: spec.slots,
      failed,
      crashed: false,
      fenced: false,
    };
    runs.push(run);
    for (const message of messages) message.attempts.push(run);
    consumer.active.add(run);
    for (const lane of ofRun) {
      lane.active.add(run);
      lane.toRepeat = undefined;
    }
    if (!failed) options.onSuccess(run);
    clock.at(run.endNs, () => {
      if (run.crashed) return;
      consumer.active.delete(run);
      for (const lane of ofRun) {
        lane.active.delete(run);
        if (failed && !run.fenced) pause(lane, run);
      }
      if (run.fenced) rejoin(consumer);
      else ended(run);
      if (draining) assignPartitions();
    });
    if (spec.evictAfterNs !== undefined && attempt === 1) {
      clock.at(startNs + spec.evictAfterNs, () => {
        if (consumer.active.has(run)) evict(consumer);
      });
    }
    return run;
  }

  function pause(lane: Lane, run: SimRun): void {
    lane.failed = run;
    lane.toRepeat = run;
    clock.at(run.endNs + spec.backoffNs, () => {
      if (lane.failed !== run) return;
      lane.failed = undefined;
      wakeOwner(lane);
    });
  }

  function wakeOwner(lane: Lane): void {
    if (!draining && lane.owner?.alive) lane.owner.wake(lane);
  }

  /** All consumers stop after their current message; then the partitions are assigned again. */
  function rebalance(): void {
    if (draining) return;
    draining = true;
    for (const consumer of consumers) consumer.drop();
    assignPartitions();
  }

  function assignPartitions(): void {
    const isBusy = consumers.some(({ active, evicted }) => active.size > 0 && !evicted);
    if (isBusy || clock.now() < sessionEndsNs) return;
    const thisGeneration = ++generation;
    clock.at(clock.now() + random.between(...joinNs), () => {
      if (thisGeneration !== generation) return;
      draining = false;
      const owners = members();
      for (const lane of lanes) {
        lane.owner = owners[(lane.partition + generation) % owners.length];
        lane.assignedNs = clock.now();
        // The new owner does not know about a back-off.
        lane.failed = undefined;
        for (const run of lane.active) if (run.fenced) lane.active.delete(run);
      }
      for (const consumer of owners) consumer.assigned(lanes.filter(({ owner }) => owner === consumer));
    });
  }

  /** The broker takes the consumer's partitions; its runs go on, but somebody else handles their messages again. */
  function evict(consumer: Consumer): void {
    if (consumer.evicted || members().length < 2) return;
    consumer.evicted = true;
    consumer.drop();
    for (const run of consumer.active) {
      run.fenced = true;
      for (const lane of lanes) if (lane.active.has(run)) lane.toRepeat = run;
    }
    if (draining) assignPartitions();
    else rebalance();
  }

  /** A consumer notices with its next poll that it was evicted. */
  function rejoin(consumer: Consumer): void {
    if (consumer.active.size > 0) return;
    consumer.evicted = false;
    if (!draining) rebalance();
  }

  function crash(n: number): void {
    const victim = consumers[n % consumers.length];
    if (!victim?.alive || members().every((member) => member === victim)) return;
    const now = clock.now();
    // Not while a message is being sent: it would be sent twice.
    if ([...victim.active].some(({ endNs }) => endNs - now < leastToCrashNs)) {
      clock.at(now + leastToCrashNs, () => crash(n));
      return;
    }
    victim.alive = false;
    victim.drop();
    for (const run of victim.active) {
      run.crashed = true;
      run.endNs = now;
      for (const lane of lanes) if (lane.active.delete(run)) lane.toRepeat = run;
    }
    victim.active.clear();
    // A rebalance in progress waits for the dead consumer, too.
    generation += 1;
    sessionEndsNs = now + options.sessionNs;
    clock.at(sessionEndsNs, () => {
      if (draining) assignPartitions();
      else rebalance();
    });
  }

  for (const lane of lanes) lane.owner = consumers[lane.partition % consumers.length];
  for (const consumer of consumers) consumer.assigned(lanes.filter(({ owner }) => owner === consumer));
  for (const atNs of spec.rebalancesNs) clock.at(atNs, rebalance);
  for (const { consumer, atNs } of spec.crashes) clock.at(atNs, () => crash(consumer));

  return {
    stage,
    topic,
    lanes,
    append(message: Message): void {
      const lane = lanes[message.partition];
      if (!lane) return;
      lane.log.push(message);
      wakeOwner(lane);
    },
    /** What keeps the next message of a lane, or of one key of it, from running at this moment. */
    stateOf(lane: Lane, key?: string): State {
      const ahead = [...lane.active].find(
        ({ messages }) => key === undefined || messages.some((message) => message.key === key),
      );
      const { owner } = lane;
      if (ahead) return { kind: "ahead", runs: [ahead] };
      if (draining || !owner?.alive) return { kind: "rebalance", runs: [] };
      if (owner.active.size >= spec.slots) return { kind: "saturated", runs: [...owner.active] };
      if (lane.failed) return { kind: "ahead", runs: [lane.failed] };
      const state = owner.stateOf(lane);
      // Fetching a message again is part of the retry.
      const { toRepeat } = lane;
      if (toRepeat && state.kind === "transport") return { kind: "ahead", runs: [toRepeat] };
      return { ...state, toRepeat };
    },
  };
}

export type Group = ReturnType<typeof createGroup>;
