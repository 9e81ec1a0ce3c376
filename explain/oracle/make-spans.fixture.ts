import type { Span } from "../span.ts";
import { ms, type Scenario, type StageSpec } from "./model.fixture.ts";
import { createRandom, type Random } from "./random.fixture.ts";
import { simulate } from "./simulate.fixture.ts";
import { epochNs, spansOf } from "./spans.fixture.ts";

const spansPerOrder = 17;
const maxOrders = 6000;
const batchSpans = 5000;
const pauseNs = 10_000_000_000n;
const partitions = 6;

/**
 * Exactly `spans` spans of one long-lived pipeline of three stages, batch by batch: bursts that fill the queues with thousands
 * of orders, quiet times in which hardly anything waits, and an occasional long run, failure or rebalance. The same seed gives
 * the same spans.
 */
export function* makeSpans({ spans, seed }: { spans: number; seed: number }): Generator<readonly Span[]> {
  const random = createRandom(seed);
  const offsets = new Map<string, number>();
  let startNs = epochNs;
  let left = spans;
  for (let n = 0; left > 0; n += 1) {
    const isBurst = random.oneIn(2);
    const orders = Math.min(random.between(50, isBurst ? maxOrders : 600), Math.ceil(left / spansPerOrder));
    const simulation = simulate(episode(orders, isBurst, random), { truth: false });
    const firstOffset = (stage: number, partition: number) => offsets.get(`${stage}/${partition}`) ?? 0;
    const made = spansOf(simulation, { startNs, episode: n, firstOffset }).spans;
    for (let from = 0; from < made.length && left > 0; from += batchSpans) {
      const batch = made.slice(from, from + Math.min(batchSpans, left));
      left -= batch.length;
      yield batch;
    }
    for (const { message } of simulation.deliveries) {
      const lane = `${message.stage}/${message.partition}`;
      offsets.set(lane, (offsets.get(lane) ?? 0) + 1);
    }
    const endNs = simulation.runs.reduce((ns, run) => Math.max(ns, run.endNs), 0);
    startNs += BigInt(endNs) + pauseNs;
  }
}

/** A burst, in which orders come much faster than they can be handled, or a quiet time. */
function episode(orders: number, isBurst: boolean, random: Random): Scenario {
  let atNs = 0;
  const sent = Array.from({ length: orders }, () => {
    atNs += isBurst ? random.between(0, 4 * ms) : random.between(0, 200 * ms);
    return { atNs, key: random.between(0, 99) };
  });
  const stage = (slots: number): StageSpec => ({
    mode: "each-message",
    partitions,
    consumers: 3,
    slots,
    batch: 500,
    workNs: sent.map(() =>
      random.oneIn(200) ? random.between(500, 8000) * ms : random.between(2 * ms, 40 * ms),
    ),
    failures: sent.map(() => (random.oneIn(500) ? 1 : 0)),
    backoffNs: 300 * ms,
    rebalancesNs: random.oneIn(3) ? [random.between(0, atNs)] : [],
    crashes: [],
  });
  return { seed: random.between(0, 0x7fffffff), orders: sent, stages: [1, 2, 1].map(stage), sessionNs: ms };
}
