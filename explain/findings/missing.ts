import type { FetchedOnly } from "../deliveries/deliveries.ts";
import type { Delivery } from "../deliveries/delivery.ts";
import type { MissingFinding, SkewFinding } from "../explanation.ts";
import { maxOf } from "../extremes.ts";
import type { Explained } from "./explained.ts";
import type { Stage } from "./stages.ts";

type Gap = {
  readonly what: MissingFinding["what"];
  readonly isMissing: (delivery: Delivery) => boolean;
  readonly consequence: string;
};

const gaps: readonly Gap[] = [
  {
    what: "partition",
    isMissing: ({ partition }) => partition === undefined,
    consequence:
      "It is unknown which message was ahead in the partition, only that a consumer was busy. Record messaging.destination.partition.id on the consumer's spans.",
  },
  {
    what: "offset",
    isMissing: ({ offset, partition }) => offset === undefined && partition !== undefined,
    consequence:
      "The order within the partition is taken from the times, and repeated deliveries are not recognised. Record messaging.kafka.offset.",
  },
  {
    what: "cluster",
    isMissing: ({ sharesOffset }) => sharesOffset,
    consequence:
      "Different messages have the same partition and offset: spans of several clusters are mixed, or the topic was recreated. The order is taken from the times, and nothing about it is proven. Record messaging.kafka.cluster.id, or explain a shorter time.",
  },
  {
    what: "consumer group",
    isMissing: ({ groupKnown }) => !groupKnown,
    consequence: "The service name stands for the group. Record messaging.consumer.group.name.",
  },
  {
    what: "consumer instance",
    isMissing: ({ run }) => run.instance === undefined,
    consequence:
      "Replicas share client ids, so which of them handled a message is inferred from the times, and is likely at best. Record service.instance.id of the resource, or process.pid and host.name.",
  },
  {
    what: "processing time",
    isMissing: ({ run }) => run.goesOnNs !== undefined,
    consequence:
      "Work begins after the span of its message has ended: handling goes on elsewhere (a thread pool, an asynchronous call, a goroutine), so it is unknown how long it took and who waited for it. End the span when the handling ends.",
  },
  {
    what: "time of arrival",
    isMissing: ({ availableNs }) => availableNs === undefined,
    consequence:
      "There is no producer span and no record timestamp, so it is unknown how long the message waited. Instrument the producer and propagate its context in the message's headers, or record messaging.kafka.message.timestamp.",
  },
];

/** The facts that the spans of a message lack. */
export function lacksOf(delivery: Delivery): MissingFinding["what"][] {
  return gaps.filter(({ isMissing }) => isMissing(delivery)).map(({ what }) => what);
}

/** The facts that the spans of a stage lack, and in how many messages. */
export function gapsOf(explained: readonly Explained[]): Omit<MissingFinding, "topic" | "stage">[] {
  return gaps.flatMap(({ what, isMissing, consequence }) => {
    const spans = explained.filter(({ delivery }) => isMissing(delivery)).length;
    return spans > 0 ? [{ what, spans, of: explained.length, consequence }] : [];
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
