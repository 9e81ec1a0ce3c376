import type { Consumer, ConsumerContext, Lane } from "./consumer.fixture.ts";
import type { Message, SimRun } from "./model.fixture.ts";
import { type State, transport } from "./truth.fixture.ts";

const requestNs = [50_000, 4_000_000] as const;
const responseNs = [300_000, 8_000_000] as const;
const commitNs = [0, 5_000_000] as const;

/** The messages of one partition from one fetch. */
export type Batch = {
  readonly lane: Lane;
  readonly messages: readonly Message[];
  readonly fetchedNs: number;
  next: number;
};

/**
 * Like kafkajs: one fetch returns a batch of every partition that has messages, up to `slots` batches are handled at a time,
 * and the next fetch begins when all of them are done.
 *
 *     fetch │ p0: #1 #2 #3      │ fetch │ p0: #4
 *           │ p1: #7 ────────── │       │ p2: #5
 *                      p2: #5 arrives and waits
 */
export function createBatchConsumer(
  name: string,
  { spec, clock, random, ...group }: ConsumerContext,
): Consumer {
  const active = new Set<SimRun>();
  let lanes: readonly Lane[] = [];
  /** Fetched and not yet done. */
  let batches: Batch[] = [];
  let queued: Batch[] = [];
  /** A request or its response is on its way. */
  let fetching = false;
  /** The broker holds the request until it has a message. */
  let held = false;
  /** Changes with each rebalance, which cancels everything scheduled before. */
  let epoch = 0;

  function later(delay: readonly [number, number], action: () => void): void {
    const scheduledIn = epoch;
    clock.at(clock.now() + random.between(...delay), () => {
      if (scheduledIn === epoch) action();
    });
  }

  function fetch(): void {
    if (fetching || batches.length > 0) return;
    fetching = true;
    later(requestNs, respond);
  }

  function respond(): void {
    held = false;
    const found = lanes.flatMap((lane) => {
      const messages = lane.failed ? [] : lane.log.slice(lane.position, lane.position + spec.batch);
      return messages.length > 0 ? [{ lane, messages }] : [];
    });
    held = found.length === 0;
    if (held) return;
    later(responseNs, () => {
      fetching = false;
      const fetchedNs = clock.now();
      batches = found.map((batch) => ({ ...batch, fetchedNs, next: 0 }));
      queued = [...batches];
      for (let slot = 0; slot < spec.slots; slot += 1) takeBatch();
    });
  }

  function takeBatch(): void {
    const batch = queued.shift();
    if (batch) startNext(batch);
  }

  function startNext(batch: Batch): void {
    const { lane, messages, next } = batch;
    const chunk = spec.mode === "each-batch" ? messages.slice(next) : messages.slice(next, next + 1);
    if (chunk.length === 0) {
      batches.splice(batches.indexOf(batch), 1);
      takeBatch();
      fetch();
      return;
    }
    batch.next += chunk.length;
    group.start(consumer, [lane], chunk, batch.fetchedNs, ({ failed }) => {
      if (!failed) lane.position += chunk.length;
      // The rest of the batch is fetched again after the back-off.
      else batch.next = messages.length;
      if (!group.isDraining()) later(commitNs, () => startNext(batch));
    });
  }

  const consumer: Consumer = {
    name,
    active,
    alive: true,
    evicted: false,
    assigned(given) {
      epoch += 1;
      lanes = given;
      fetching = false;
      held = false;
      fetch();
    },
    wake(lane) {
      if (!held || lane.failed) return;
      held = false;
      respond();
    },
    drop() {
      epoch += 1;
      batches = [];
      queued = [];
      fetching = false;
      held = false;
    },
    stateOf(lane): State {
      const hasNext = batches.some((batch) => batch.lane === lane && batch.next < batch.messages.length);
      if (hasNext || active.size === 0) return transport;
      return { kind: "barrier", runs: [...active] };
    },
  };
  return consumer;
}
