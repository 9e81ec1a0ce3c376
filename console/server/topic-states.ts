import type { OffsetReader, PartitionOffsets } from "../../shared/kafka/offsets.ts";
import { stages } from "../../shared/pipeline/stages.ts";
import type { InstanceReport } from "../../shared/report/report.ts";
import type { PartitionState, TopicState } from "../api.ts";
import { type Arrivals, createArrivals } from "./arrivals.ts";

const ratesOverMs = 5_000;
/** Dead letters are few, and counting them costs one more request per topic. */
const deadLettersEveryMs = 5_000;

const maxProbes = 3;

type Sample = { readonly atMs: number; readonly offsets: readonly PartitionOffsets[] };
type TopicHistory = {
  samples: Sample[];
  readonly arrivals: Map<number, Arrivals>;
  deadLetters: number;
  deadLettersAtMs: number;
};

/**
 * The state of the pipeline's topics, from their offsets in Kafka's admin API.
 *
 * The oldest waiting message is the record at the committed offset. Records are not read: its arrival is known from earlier reads of
 * the offsets or, if these do not reach back, from a few searches by time (ListOffsets) per read.
 */
export function createTopicStates(watch: OffsetReader, nowMs: () => number = Date.now) {
  const histories = new Map<string, TopicHistory>();

  function historyOf(topic: string): TopicHistory {
    const known = histories.get(topic);
    if (known) return known;
    const created: TopicHistory = {
      samples: [],
      arrivals: new Map(),
      deadLetters: 0,
      deadLettersAtMs: Number.NEGATIVE_INFINITY,
    };
    histories.set(topic, created);
    return created;
  }

  function arrivalsOf(history: TopicHistory, partition: number): Arrivals {
    const known = history.arrivals.get(partition) ?? createArrivals();
    history.arrivals.set(partition, known);
    return known;
  }

  async function probe(topic: string, history: TopicHistory, atMs: number): Promise<void> {
    for (const [partition, offset] of await watch.firstSince(topic, atMs)) {
      arrivalsOf(history, partition).mark(atMs, offset);
    }
  }

  async function read(
    consumer: (typeof stages)[number],
    reported: Promise<readonly InstanceReport[]>,
  ): Promise<TopicState> {
    const { topic, group } = consumer;
    const history = historyOf(topic);
    const offsets = await watch.offsets(consumer);
    const atMs = nowMs();
    const probes: number[] = [];
    for (const { partition, end, committed } of offsets) {
      const arrivals = arrivalsOf(history, partition);
      arrivals.mark(atMs, end);
      arrivals.forgetBefore(committed);
      const probeAtMs = end > committed ? arrivals.nextProbe(committed, atMs) : undefined;
      if (probeAtMs !== undefined) probes.push(probeAtMs);
    }
    for (const probeAtMs of probes.slice(0, maxProbes)) await probe(topic, history, probeAtMs);
    if (atMs - history.deadLettersAtMs >= deadLettersEveryMs) {
      history.deadLetters = await watch.deadLetters(topic);
      history.deadLettersAtMs = atMs;
    }
    history.samples = [
      ...history.samples.filter((sample) => sample.atMs >= atMs - ratesOverMs),
      { atMs, offsets },
    ];
    const runs = (await reported).flatMap((report) => report.runs.filter((run) => run.topic === topic));
    const partitions = offsets.map((now): PartitionState => {
      const { partition, end, committed } = now;
      const ofPartition = runs.filter((run) => run.partition === partition);
      const handledArrivalMs = ofPartition.find((run) => run.offset === committed)?.availableAtMs;
      const sinceMs = handledArrivalMs ?? arrivalsOf(history, partition).earliest(committed);
      return {
        partition,
        ...ratesOf(history.samples, now, atMs),
        lag: end - committed,
        oldestWaitingMs: end > committed && sinceMs !== undefined ? Math.max(0, atMs - sinceMs) : undefined,
        inFlight: ofPartition.length,
      };
    });
    return { topic, stage: group, partitions, deadLetters: history.deadLetters };
  }

  return {
    /** `reported` is awaited only after Kafka has answered. */
    read: (reported: Promise<readonly InstanceReport[]>): Promise<TopicState[]> =>
      Promise.all(stages.map((consumer) => read(consumer, reported))),
    /** Rates over a pause would be wrong. */
    resetRates(): void {
      for (const history of histories.values()) history.samples = [];
    },
  };
}

function ratesOf(samples: readonly Sample[], now: PartitionOffsets, atMs: number) {
  const [first] = samples;
  const before = first?.offsets.find(({ partition }) => partition === now.partition);
  const seconds = (atMs - (first?.atMs ?? atMs)) / 1000;
  if (!before || seconds <= 0) return { inPerSecond: 0, outPerSecond: 0 };
  // A topic that was created again starts at offset 0.
  const rate = (count: number) => Math.max(0, Math.round((count / seconds) * 100) / 100);
  return { inPerSecond: rate(now.end - before.end), outPerSecond: rate(now.committed - before.committed) };
}
