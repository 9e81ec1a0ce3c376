import type { Consumer, Lane, Surroundings } from "./consumer.fixture.ts";
import type { Message, SimRun } from "./model.fixture.ts";
import { type State, transport } from "./truth.fixture.ts";

const requestNs = [50_000, 4_000_000] as const;
const responseNs = [300_000, 8_000_000] as const;
const commitNs = [0, 5_000_000] as const;

/** The messages of one partition that one fetch brought. */
export type Batch = {
  readonly lane: Lane;
  readonly messages: readonly Message[];
  readonly fetchedNs: number;
  next: number;
};

/**
 * kafkajs: one fetch brings a batch of every partition that has messages, `slots` batches are worked through side by side,
 * and the next fetch begins when all of them are done.
 *
 *     fetch │ p0: #1 #2 #3      │ fetch │ p0: #4
 *           │ p1: #7 ────────── │       │ p2: #5
 *                      p2: #5 comes and waits
 */
export function createBatchConsumer(name: string, { spec, clock, random, ...group }: Surroundings): Consumer {
  const active = new Set<SimRun>();
  let lanes: readonly Lane[] = [];
  /** What was fetched and is not done. */
  let batches: Batch[] = [];
  let queued: Batch[] = [];
  /** A request is on its way, or its answer is. */
  let fetching = false;
  /** The broker holds the request until there is something. */
  let held = false;
  /** Changes with each reassignment; what was planned before does not happen. */
  let epoch = 0;

  function later(delay: readonly [number, number], happen: () => void): void {
    const planned = epoch;
    clock.at(clock.now() + random.between(...delay), () => {
      if (planned === epoch) happen();
    });
  }

  function fetch(): void {
    if (fetching || batches.length > 0) return;
    fetching = true;
    later(requestNs, answer);
  }

  function answer(): void {
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
    const part = spec.mode === "each-batch" ? messages.slice(next) : messages.slice(next, next + 1);
    if (part.length === 0) {
      batches.splice(batches.indexOf(batch), 1);
      takeBatch();
      fetch();
      return;
    }
    batch.next += part.length;
    group.start(consumer, lane, part, batch.fetchedNs, ({ failed }) => {
      if (!failed) lane.position += part.length;
      // The rest of the batch is fetched again, after the back-off.
      else batch.next = messages.length;
      if (!group.isDraining()) later(commitNs, () => startNext(batch));
    });
  }

  const consumer: Consumer = {
    name,
    active,
    alive: true,
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
      answer();
    },
    drop() {
      epoch += 1;
      batches = [];
      queued = [];
      fetching = false;
      held = false;
    },
    holds(lane): State {
      const hasNext = batches.some((batch) => batch.lane === lane && batch.next < batch.messages.length);
      if (hasNext || active.size === 0) return transport;
      return { kind: "barrier", runs: [...active] };
    },
  };
  return consumer;
}
