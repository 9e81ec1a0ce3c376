import type { Bar, RunningBar, TopicState } from "../../api.ts";
import { createLane, type Lane, laneKey } from "./lane.ts";

/** The lanes of one topic and the consumer group that reads it. */
export type LaneGroup = {
  readonly topic: string;
  readonly stage: string;
  /** By consumer, then by partition. */
  readonly lanes: readonly Lane[];
};

type Place = Pick<Bar, "topic" | "stage" | "partition"> & { readonly consumer?: string };

/**
 * Sorts bars into lanes and lanes into groups, in the order of the pipeline: in the sequence of `topics`, then by first message.
 * A partition without bars gets a lane if it is in `topics` or `running`.
 */
export function groupLanes(
  bars: Iterable<Bar>,
  topics: readonly TopicState[] = [],
  running: readonly RunningBar[] = [],
): LaneGroup[] {
  const barsByLane = new Map<string, { place: Place; bars: Bar[] }>();
  const laneOf = (place: Place) => {
    const key = laneKey(place);
    const known = barsByLane.get(key);
    if (known) return known;
    const lane: { place: Place; bars: Bar[] } = { place, bars: [] };
    barsByLane.set(key, lane);
    return lane;
  };
  for (const { topic, stage, partitions } of topics) {
    for (const { partition } of partitions) laneOf({ topic, stage, partition });
  }
  for (const { topic, stage, partition, consumer } of running) {
    const lane = laneOf({ topic, stage, partition });
    lane.place = { ...lane.place, consumer };
  }
  for (const bar of bars) laneOf(bar).bars.push(bar);

  const lanes = [...barsByLane.values()].map(({ place, bars }) => createLane(place, bars));
  const known = topics.map(({ topic, stage }) => groupKey({ topic, stage }));
  const rank = (key: string) => (known.includes(key) ? known.indexOf(key) : known.length);
  return [...Map.groupBy(lanes, groupKey)]
    .map(([key, members]) => ({ key, members, firstMs: Math.min(...members.map(firstMs)) }))
    .sort((a, b) => rank(a.key) - rank(b.key) || a.firstMs - b.firstMs)
    .flatMap(({ members }) => {
      const [first] = members;
      return first ? [{ topic: first.topic, stage: first.stage, lanes: inOrder(members) }] : [];
    });
}

function groupKey({ topic, stage }: Pick<Bar, "topic" | "stage">): string {
  return `${topic}\n${stage}`;
}

function firstMs({ startMs, queue }: Lane): number {
  return Math.min(startMs[0] ?? Number.POSITIVE_INFINITY, queue.fromMs[0] ?? Number.POSITIVE_INFINITY);
}

const collator = new Intl.Collator("en", { numeric: true });

/** By consumer if there are several, lanes without a consumer last. */
function inOrder(lanes: readonly Lane[]): Lane[] {
  const consumers = new Set(lanes.flatMap(({ consumer }) => consumer ?? []));
  return lanes.toSorted(
    (a, b) =>
      (consumers.size > 1 ? collator.compare(a.consumer ?? "\uffff", b.consumer ?? "\uffff") : 0) ||
      (a.partition ?? Number.POSITIVE_INFINITY) - (b.partition ?? Number.POSITIVE_INFINITY),
  );
}
