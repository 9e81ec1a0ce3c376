import type { Consumer, ConsumerContext, Lane } from "./consumer.fixture.ts";
import type { Message, SimRun } from "./model.fixture.ts";
import { transport } from "./truth.fixture.ts";

const responseNs = [300_000, 8_000_000] as const;
const commitNs = [0, 5_000_000] as const;

type Fetched = { readonly lane: Lane; readonly message: Message; readonly fetchedNs: number };

/** Fetches ahead and runs up to `slots` messages at a time, those of one key of a partition one after another. */
export function createKeyConsumer(
  name: string,
  { spec, clock, random, ...group }: ConsumerContext,
): Consumer {
  const active = new Set<SimRun>();
  let waiting: Fetched[] = [];
  const busyKeys = new Set<string>();
  /** Slots taken by runs and by their commits. */
  let taken = 0;
  let epoch = 0;
  const lastFetchNs = new Map<Lane, number>();

  function later(atNs: number, action: () => void): void {
    const scheduledIn = epoch;
    clock.at(atNs, () => {
      if (scheduledIn === epoch) action();
    });
  }

  function fetch(lane: Lane, message: Message): void {
    const fetchedNs = Math.max(lastFetchNs.get(lane) ?? 0, clock.now() + random.between(...responseNs));
    lastFetchNs.set(lane, fetchedNs);
    later(fetchedNs, () => {
      waiting.push({ lane, message, fetchedNs });
      dispatch();
    });
  }

  function dispatch(): void {
    while (taken < spec.slots && !group.isDraining()) {
      const found = waiting.find(({ lane, message }) => !busyKeys.has(keyOf(lane, message)));
      if (!found) return;
      waiting.splice(waiting.indexOf(found), 1);
      begin(found);
    }
  }

  function begin({ lane, message, fetchedNs }: Fetched): void {
    const key = keyOf(lane, message);
    taken += 1;
    busyKeys.add(key);
    group.start(consumer, [lane], [message], fetchedNs, () => {
      later(clock.now() + random.between(...commitNs), () => {
        taken -= 1;
        busyKeys.delete(key);
        dispatch();
      });
    });
  }

  const consumer: Consumer = {
    name,
    active,
    alive: true,
    evicted: false,
    assigned(lanes) {
      epoch += 1;
      waiting = [];
      busyKeys.clear();
      taken = 0;
      for (const lane of lanes) {
        for (const message of lane.log) if (!isDone(message)) fetch(lane, message);
      }
    },
    wake(lane) {
      const message = lane.log.at(-1);
      if (message) fetch(lane, message);
    },
    drop() {
      epoch += 1;
      waiting = [];
    },
    stateOf: () => transport,
  };
  return consumer;
}

function keyOf({ partition }: Lane, { key }: Message): string {
  return `${partition}/${key}`;
}

function isDone({ attempts }: Message): boolean {
  return attempts.some(({ failed, crashed, fenced }) => !failed && !crashed && !fenced);
}
