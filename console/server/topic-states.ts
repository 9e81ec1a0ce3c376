import type { PartitionOffsets, TopicWatch } from "../../shared/kafka/offsets.ts";
import { stages } from "../../shared/pipeline/stages.ts";
import type { InstanceReport } from "../../shared/report/report.ts";
import type { PartitionState, TopicState } from "../api.ts";
import { type Arrivals, createArrivals } from "./arrivals.ts";

const ratesOverMs = 5_000;
/** Dead letters are few, and counting them is one more question for each topic. */
const deadLettersEveryMs = 5_000;

const questionsAtATime = 3;

type Sample = { readonly atMs: number; readonly offsets: readonly PartitionOffsets[] };
type Seen = {
  samples: Sample[];
  readonly arrivals: Map<number, Arrivals>;
  deadLetters: number;
  countedMs: number;
};

/**
 * How the pipeline's topics stand, from what Kafka's admin API tells of their offsets.
 *
 * The age of the oldest waiting message is that of the record at the committed offset. Nobody reads records here: when it came
 * is known from the looks before, and where these do not reach back, from a search by time, a few questions a look.
 */
export function createTopicStates(watch: TopicWatch, nowMs: () => number = Date.now) {
  const seen = new Map<string, Seen>();

  function seenOf(topic: string): Seen {
    const known = seen.get(topic);
    if (known) return known;
    const made: Seen = {
      samples: [],
      arrivals: new Map(),
      deadLetters: 0,
      countedMs: Number.NEGATIVE_INFINITY,
    };
    seen.set(topic, made);
    return made;
  }

  function arrivalsOf(of: Seen, partition: number): Arrivals {
    const known = of.arrivals.get(partition) ?? createArrivals();
    of.arrivals.set(partition, known);
    return known;
  }

  async function ask(topic: string, of: Seen, atMs: number | undefined): Promise<void> {
    if (atMs === undefined) return;
    for (const [partition, offset] of await watch.firstSince(topic, atMs)) {
      arrivalsOf(of, partition).mark(atMs, offset);
    }
  }

  async function look(
    consumer: (typeof stages)[number],
    reported: Promise<readonly InstanceReport[]>,
  ): Promise<TopicState> {
    const { topic, group } = consumer;
    const of = seenOf(topic);
    const offsets = await watch.offsets(consumer);
    const atMs = nowMs();
    const questions: number[] = [];
    for (const { partition, end, committed } of offsets) {
      const arrivals = arrivalsOf(of, partition);
      arrivals.mark(atMs, end);
      arrivals.forgetBefore(committed);
      const question = end > committed ? arrivals.question(committed, atMs) : undefined;
      if (question !== undefined) questions.push(question);
    }
    for (const question of questions.slice(0, questionsAtATime)) await ask(topic, of, question);
    if (atMs - of.countedMs >= deadLettersEveryMs) {
      of.deadLetters = await watch.deadLetters(topic);
      of.countedMs = atMs;
    }
    of.samples = [...of.samples.filter((sample) => sample.atMs >= atMs - ratesOverMs), { atMs, offsets }];
    const runs = (await reported).flatMap((report) => report.runs.filter((run) => run.topic === topic));
    const partitions = offsets.map((now): PartitionState => {
      const { partition, end, committed } = now;
      const ofPartition = runs.filter((run) => run.partition === partition);
      const inHand = ofPartition.find((run) => run.offset === committed)?.availableAtMs;
      const sinceMs = inHand ?? arrivalsOf(of, partition).since(committed);
      return {
        partition,
        ...ratesOf(of.samples, now, atMs),
        lag: end - committed,
        oldestWaitingMs: end > committed && sinceMs !== undefined ? Math.max(0, atMs - sinceMs) : undefined,
        inFlight: ofPartition.length,
      };
    });
    return { topic, stage: group, partitions, deadLetters: of.deadLetters };
  }

  return {
    /** `reported` is awaited only after Kafka has answered. */
    look: (reported: Promise<readonly InstanceReport[]>): Promise<TopicState[]> =>
      Promise.all(stages.map((consumer) => look(consumer, reported))),
    /** Starts anew: rates over a pause would be wrong. */
    forget(): void {
      for (const of of seen.values()) of.samples = [];
    },
  };
}

function ratesOf(samples: readonly Sample[], now: PartitionOffsets, atMs: number) {
  const [first] = samples;
  const before = first?.offsets.find(({ partition }) => partition === now.partition);
  const seconds = (atMs - (first?.atMs ?? atMs)) / 1000;
  if (!before || seconds <= 0) return { inPerSecond: 0, outPerSecond: 0 };
  // A topic that was made anew begins at 0 again.
  const rate = (count: number) => Math.max(0, Math.round((count / seconds) * 100) / 100);
  return { inPerSecond: rate(now.end - before.end), outPerSecond: rate(now.committed - before.committed) };
}
