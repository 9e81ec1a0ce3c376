import type { Unprocessed } from "../deliveries/deliveries.ts";
import type { Delivery } from "../deliveries/delivery.ts";
import type { MissingFinding, SkewFinding } from "../explanation.ts";
import { maxOf } from "../extremes.ts";
import type { Stage } from "./stages.ts";

type Lack = {
  readonly what: MissingFinding["what"];
  readonly lacks: (delivery: Delivery) => boolean;
  readonly consequence: string;
};

const lacks: readonly Lack[] = [
  {
    what: "partition",
    lacks: ({ partition }) => partition === undefined,
    consequence:
      "Which message was ahead in the partition cannot be told, only that a consumer was busy. Record messaging.destination.partition.id on the consumer's spans.",
  },
  {
    what: "offset",
    lacks: ({ offset, partition }) => offset === undefined && partition !== undefined,
    consequence:
      "The order within the partition is taken from the times, and repeated deliveries cannot be told apart. Record messaging.kafka.offset.",
  },
  {
    what: "cluster",
    lacks: ({ sharesOffset }) => sharesOffset,
    consequence:
      "Different messages have the same partition and offset: spans of several clusters are mixed, or the topic was made anew. The order is taken from the times, and nothing about it is proven. Record messaging.kafka.cluster.id, or explain a shorter time.",
  },
  {
    what: "consumer group",
    lacks: ({ groupKnown }) => !groupKnown,
    consequence: "The name of the service is taken for the group. Record messaging.consumer.group.name.",
  },
  {
    what: "consumer instance",
    lacks: ({ run }) => run.instance === undefined,
    consequence:
      "All replicas look like one consumer, so who was busy is likely at best. Record messaging.client.id, or service.instance.id of the resource.",
  },
  {
    what: "time of arrival",
    lacks: ({ availableNs }) => availableNs === undefined,
    consequence:
      "There is no producer's span and no record timestamp, so how long the message waited cannot be told. Instrument the producer and propagate its context in the message's headers, or record messaging.kafka.message.timestamp.",
  },
];

/** What the spans of the stages do not tell, and what that means. */
export function missingOf(stages: readonly Stage[], unprocessed: readonly Unprocessed[]): MissingFinding[] {
  const ofStages = stages.flatMap(({ explained, finding: { stage, topic } }) =>
    lacks.flatMap(({ what, lacks: lacking, consequence }) => {
      const spans = explained.filter(({ delivery }) => lacking(delivery)).length;
      return spans > 0 ? [{ topic, stage, what, spans, of: explained.length, consequence }] : [];
    }),
  );
  const ofReceivers = unprocessed.map(({ topic, service, spans }) => ({
    topic,
    stage: service,
    what: "processing time" as const,
    spans,
    of: spans,
    consequence:
      "Its spans tell when messages were fetched, not how long they were handled, so it is in no verdict. Record a span of kind CONSUMER with messaging.operation.type=process around the handling.",
  }));
  return [...ofStages, ...ofReceivers];
}

/** Clocks that surely disagree: a message was handled before it was sent. */
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
