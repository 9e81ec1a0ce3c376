import type { FetchedOnly } from "../deliveries/deliveries.ts";
import type { Delivery } from "../deliveries/delivery.ts";
import type { MissingFinding, SkewFinding } from "../explanation.ts";
import { maxOf } from "../extremes.ts";
import type { UnreadFact } from "../spans/message.ts";
import type { Explained } from "./explained.ts";
import type { Stage } from "./stages.ts";

type Gap = {
  readonly what: MissingFinding["what"];
  readonly isMissing: (delivery: Delivery) => boolean;
  readonly effect: string;
  readonly remedy: string;
  /** The fact that spans may have in a form that is not read; then recording it would not help. */
  readonly unread: UnreadFact | undefined;
};

const unreadRemedy =
  "The spans have it, but in a form that is not read; the notes on the input below show which.";

const gaps: readonly Gap[] = [
  {
    what: "partition",
    isMissing: ({ partition }) => partition === undefined,
    effect: "It is unknown which message was ahead in the partition, only that a consumer was busy.",
    remedy: "Record messaging.destination.partition.id on the consumer's spans.",
    unread: "partition",
  },
  {
    what: "offset",
    isMissing: ({ offset, partition }) => offset === undefined && partition !== undefined,
    effect:
      "The order within the partition is taken from the times, and repeated deliveries are not recognised.",
    remedy: "Record messaging.kafka.offset.",
    unread: "offset",
  },
  {
    what: "cluster",
    isMissing: ({ sharesOffset }) => sharesOffset,
    effect:
      "Different messages have the same partition and offset: spans of several clusters are mixed, or the topic was recreated. The order is taken from the times, and nothing about it is proven.",
    remedy: "Record messaging.kafka.cluster.id, or explain a shorter time.",
    unread: undefined,
  },
  {
    what: "consumer group",
    isMissing: ({ groupKnown }) => !groupKnown,
    effect: "The service name stands for the group.",
    remedy: "Record messaging.consumer.group.name.",
    unread: "group",
  },
  {
    what: "consumer instance",
    isMissing: ({ run }) => run.instance === undefined,
    effect:
      "Nothing distinguishes replicas, so which of them handled a message is inferred from the times, and is likely at best.",
    remedy: "Record service.instance.id of the resource, or process.pid and host.name.",
    unread: "instance",
  },
  {
    what: "processing time",
    isMissing: ({ run }) => run.goesOnNs !== undefined,
    effect:
      "Work begins after the span of its message has ended: handling goes on elsewhere (a thread pool, an asynchronous call, a goroutine), so it is unknown how long it took and who waited for it.",
    remedy: "End the span when the handling ends.",
    unread: undefined,
  },
  {
    what: "time of arrival",
    isMissing: ({ availableNs }) => availableNs === undefined,
    effect:
      "There is no producer span and no record timestamp, so it is unknown how long the message waited.",
    remedy:
      "Instrument the producer and propagate its context in the message's headers, or record messaging.kafka.message.timestamp.",
    unread: "arrival",
  },
];

/** The facts that the spans of a message lack. */
export function lacksOf(delivery: Delivery): MissingFinding["what"][] {
  return gaps.filter(({ isMissing }) => isMissing(delivery)).map(({ what }) => what);
}

/** The facts that the spans of a stage lack, and in how many messages. */
export function gapsOf(explained: readonly Explained[]): Omit<MissingFinding, "topic" | "stage">[] {
  return gaps.flatMap(({ what, isMissing, effect, remedy, unread }) => {
    const missing = explained.filter(({ delivery }) => isMissing(delivery));
    if (missing.length === 0) return [];
    const isThere = ({ delivery }: Explained) => unread !== undefined && delivery.unread.includes(unread);
    const there = missing.filter(isThere).length;
    return [
      { what, of: explained.length, spans: missing.length - there, consequence: `${effect} ${remedy}` },
      { what, of: explained.length, spans: there, consequence: `${effect} ${unreadRemedy}` },
    ].filter(({ spans }) => spans > 0);
  });
}

/** What is missing in the spans of the stages, and the consequences. */
export function missingOf(stages: readonly Stage[], fetchedOnly: readonly FetchedOnly[]): MissingFinding[] {
  const ofStages = stages.flatMap(({ explained, finding: { stage, topic } }) =>
    gapsOf(explained).map((gap) => ({ topic, stage, ...gap })),
  );
  const ofReceivers = fetchedOnly.map(({ topic, service, spans }) => ({
    topic,
    stage: service,
    what: "processing time" as const,
    spans,
    of: spans,
    consequence:
      "Its spans show when messages were fetched, but not how long handling took, so it is left out of the findings. Record a span of kind CONSUMER with messaging.operation.type=process around the handling.",
  }));
  return [...ofStages, ...ofReceivers];
}

/** Clocks that certainly disagree: a message was handled before it was sent. */
export function skewsOf(deliveries: readonly Delivery[]): SkewFinding[] {
  const skewed = deliveries.filter(({ skewNs }) => skewNs > 0);
  const pairs = Map.groupBy(skewed, ({ producerService, service }) =>
    JSON.stringify([producerService, service]),
  );
  return [...pairs.values()].map((ofPair) => ({
    producer: ofPair[0]?.producerService ?? "the broker",
    consumer: ofPair[0]?.service ?? "",
    atLeastNs: maxOf(ofPair.map(({ skewNs }) => skewNs)),
    deliveries: ofPair.length,
  }));
}
