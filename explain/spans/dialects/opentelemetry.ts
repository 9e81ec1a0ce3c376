import type { Dialect } from "./dialect.ts";

/** Instrumentations of OpenTelemetry for Kafka that do not follow one version of the conventions. */
export const openTelemetry: readonly Dialect[] = [
  {
    name: "OpenTelemetry Python: confluent-kafka",
    source:
      "open-telemetry/opentelemetry-python-contrib instrumentation/opentelemetry-instrumentation-confluent-kafka utils.py (001e2dc)",
    reads: {},
    operations: { recv: "receive" },
    note: "`messaging.message.id` is topic.partition.offset.",
    examples: [
      {
        name: "shop.in send",
        kind: "producer",
        attributes: {
          "messaging.system": "kafka",
          "messaging.destination": "shop.in",
          "messaging.operation": "publish",
        },
        is: { role: "send", topic: "shop.in" },
      },
      {
        name: "shop.in process",
        kind: "consumer",
        attributes: {
          "messaging.system": "kafka",
          "messaging.destination": "shop.in",
          "messaging.operation": "process",
          "messaging.message.id": "shop.in.3.41",
        },
        is: { role: "process", topic: "shop.in", partition: 3, offset: 41, messageId: "shop.in.3.41" },
      },
    ],
  },
  {
    name: "OpenTelemetry Go: sarama",
    source:
      "open-telemetry/opentelemetry-go-contrib instrumentation/github.com/Shopify/sarama/otelsarama dispatcher.go (0fdc289), producer.go",
    reads: {},
    note: "`messaging.message.id` is the offset. The span ends when the message is taken from its channel, so it is no handling.",
    examples: [
      {
        name: "orders publish",
        kind: "producer",
        attributes: {
          "messaging.system": "kafka",
          "messaging.destination.kind": "topic",
          "messaging.destination.name": "orders",
          "messaging.operation": "publish",
          "messaging.message.id": "7",
          "messaging.kafka.destination.partition": 0,
        },
        is: { role: "send", topic: "orders", partition: 0, offset: 7, messageId: "7" },
      },
      {
        name: "orders receive",
        kind: "consumer",
        attributes: {
          "messaging.system": "kafka",
          "messaging.destination.kind": "topic",
          "messaging.destination.name": "orders",
          "messaging.operation": "receive",
          "messaging.message.id": "7",
          "messaging.kafka.source.partition": 0,
        },
        is: { role: "receive", topic: "orders", partition: 0, offset: 7, messageId: "7" },
      },
    ],
  },
  {
    name: "OpenTelemetry Java: experimental attributes",
    source:
      "open-telemetry/opentelemetry-java-instrumentation kafka-clients-common KafkaConsumerExperimentalAttributesExtractor.java (079cecf)",
    reads: { queueTimeMs: ["kafka.record.queue_time_ms"], offset: ["kafka.offset"] },
    examples: [
      {
        name: "orders send",
        kind: "producer",
        attributes: { "messaging.system": "kafka", "messaging.destination": "orders" },
        is: { role: "send", topic: "orders" },
      },
      {
        name: "orders process",
        kind: "consumer",
        attributes: {
          "messaging.system": "kafka",
          "messaging.destination": "orders",
          "messaging.operation": "process",
          "messaging.kafka.partition": 0,
          "kafka.offset": 7,
          "kafka.record.queue_time_ms": 12,
        },
        is: { role: "process", topic: "orders", partition: 0, offset: 7, queueTimeMs: 12 },
      },
    ],
  },
];
