import type { Consumer, ConsumerContext, Lane } from "./consumer.fixture.ts";
import type { Message, SimRun } from "./model.fixture.ts";
import { transport } from "./truth.fixture.ts";

const responseNs = [300_000, 8_000_000] as const;
const commitNs = [0, 5_000_000] as const;

/**
 * A batch listener: one poll returns messages of any of its partitions, which are handled as a whole before the next poll.
 *
 *     poll │ p0: #1 #2, p1: #7 ────────── │ poll │ p0: #3, p2: #5 ──────
 */
export function createPollConsumer(
  name: string,
  { spec, clock, random, ...group }: ConsumerContext,
): Consumer {
  const active = new Set<SimRun>();
  let lanes: readonly Lane[] = [];
  let polling = false;
  /** Changes with each rebalance, which cancels everything scheduled before. */
  let epoch = 0;

  function later(delay: readonly [number, number], action: () => void): void {
    const scheduledIn = epoch;
    clock.at(clock.now() + random.between(...delay), () => {
      if (scheduledIn === epoch) action();
    });
  }

  /** The lanes with messages, and how many of each fit. */
  function ready(): { readonly lane: Lane; readonly messages: readonly Message[] }[] {
    let room = spec.batch;
    return lanes.flatMap((lane) => {
      const messages = lane.log.slice(lane.position, lane.position + room);
      room -= messages.length;
      return messages.length > 0 ? [{ lane, messages }] : [];
    });
  }

  function poll(): void {
    const found = polling || active.size > 0 ? [] : ready();
    if (found.length === 0) return;
    polling = true;
    later(responseNs, () => {
      polling = false;
      const messages = found.flatMap((one) => one.messages);
      const ofRun = found.map(({ lane }) => lane);
      group.start(consumer, ofRun, messages, clock.now(), () => {
        for (const one of found) one.lane.position += one.messages.length;
        polling = true;
        if (!group.isDraining()) {
          later(commitNs, () => {
            polling = false;
            poll();
          });
        }
      });
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
      polling = false;
      poll();
    },
    wake: () => poll(),
    drop() {
      epoch += 1;
      polling = false;
    },
    stateOf: () => transport,
  };
  return consumer;
}
