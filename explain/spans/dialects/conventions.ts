import type { Dialect } from "./dialect.ts";

const registry = "open-telemetry/semantic-conventions docs/registry/attributes/messaging.md (00cb8b9)";
const migration =
  "open-telemetry/semantic-conventions docs/messaging/supplementary-guidelines/migration-guide.md (0902ece)";

/** The messaging conventions, newest first. */
export const conventions: readonly Dialect[] = [
  {
    name: "OpenTelemetry 1.27 and later",
    source: registry,
    reads: {
      system: ["messaging.system"],
      topic: ["messaging.destination.name"],
      partition: ["messaging.destination.partition.id"],
      offset: ["messaging.kafka.offset"],
      key: ["messaging.kafka.message.key"],
      group: ["messaging.consumer.group.name", "messaging.destination.subscription.name"],
      client: ["messaging.client.id"],
      operation: ["messaging.operation.type", "messaging.operation.name"],
      cluster: ["messaging.kafka.cluster.id"],
      messageId: ["messaging.message.id"],
      batchCount: ["messaging.batch.message_count"],
    },
    operations: {
      create: "send",
      send: "send",
      receive: "receive",
      poll: "receive",
      process: "process",
      consume: "process",
      settle: "settle",
      ack: "settle",
      nack: "settle",
      commit: "settle",
      reject: "settle",
    },
    forms: [{ form: /^(?<verb>\S+) (?<topic>\S+)$/ }],
    shownBy: ["messaging.system", "messaging.destination.name"],
    examples: [
      {
        name: "send orders",
        kind: "producer",
        attributes: {
          "messaging.system": "kafka",
          "messaging.destination.name": "orders",
          "messaging.destination.partition.id": "0",
          "messaging.kafka.message.key": "k0",
          "messaging.operation.name": "send",
          "messaging.operation.type": "send",
        },
        is: { role: "send", topic: "orders", partition: 0, key: "k0" },
      },
      {
        name: "process orders",
        kind: "consumer",
        attributes: {
          "messaging.system": "kafka",
          "messaging.destination.name": "orders",
          "messaging.destination.partition.id": "0",
          "messaging.kafka.offset": "7",
          "messaging.kafka.cluster.id": "YnCMINSnGZ",
          "messaging.consumer.group.name": "billing",
          "messaging.operation.name": "process",
          "messaging.operation.type": "process",
        },
        is: { role: "process", topic: "orders", partition: 0, offset: 7, group: "billing" },
      },
      {
        name: "poll orders",
        kind: "client",
        attributes: {
          "messaging.system": "kafka",
          "messaging.destination.name": "orders",
          "messaging.batch.message_count": 5,
          "messaging.operation.name": "poll",
          "messaging.operation.type": "receive",
        },
        is: { role: "receive", topic: "orders", batchCount: 5 },
      },
      {
        name: "ack orders",
        kind: "client",
        attributes: {
          "messaging.system": "kafka",
          "messaging.destination.name": "orders",
          "messaging.operation.name": "ack",
          "messaging.operation.type": "settle",
        },
        is: undefined,
      },
    ],
  },
  {
    name: "OpenTelemetry 1.17 to 1.26",
    source: migration,
    reads: {
      topic: ["messaging.source.name"],
      partition: ["messaging.kafka.destination.partition", "messaging.kafka.source.partition"],
      offset: ["messaging.kafka.message.offset"],
      group: [
        "messaging.kafka.consumer.group",
        "messaging.rocketmq.client_group",
        "messaging.eventhubs.consumer.group",
        "messaging.servicebus.destination.subscription_name",
      ],
      client: [
        "messaging.client_id",
        "messaging.kafka.client_id",
        "messaging.rocketmq.client_id",
        "messaging.consumer.id",
      ],
      operation: ["messaging.operation"],
    },
    operations: { publish: "send", deliver: "process" },
    forms: [{ form: /^(?<topic>\S+) (?<verb>\S+)$/ }],
    note: "`messaging.consumer.id` is the group and the client, or only the group.",
    examples: [
      {
        name: "orders publish",
        kind: "producer",
        attributes: {
          "messaging.system": "kafka",
          "messaging.destination.kind": "topic",
          "messaging.destination.name": "orders",
          "messaging.operation": "publish",
          "messaging.kafka.client_id": "my-app",
          "messaging.kafka.destination.partition": 0,
          "messaging.kafka.message.offset": 7,
        },
        is: { role: "send", topic: "orders", partition: 0, offset: 7 },
      },
      {
        name: "orders process",
        kind: "consumer",
        attributes: {
          "messaging.system": "kafka",
          "messaging.source.kind": "topic",
          "messaging.source.name": "orders",
          "messaging.operation": "process",
          "messaging.kafka.source.partition": 0,
          "messaging.kafka.message.offset": 7,
          "messaging.kafka.client_id": "my-app",
          "messaging.kafka.consumer.group": "billing",
        },
        is: { role: "process", topic: "orders", partition: 0, offset: 7, group: "billing" },
      },
    ],
  },
  {
    name: "OpenTelemetry 1.0 to 1.16",
    source: "open-telemetry/opentelemetry-specification semantic_conventions/trace/messaging.yaml (02276ad)",
    reads: {
      topic: ["messaging.destination"],
      partition: ["messaging.kafka.partition"],
      key: ["messaging.kafka.message_key"],
      group: ["messaging.kafka.consumer_group"],
      client: ["messaging.consumer_id"],
      messageId: ["messaging.message_id"],
    },
    note: "A producer's span has no operation.",
    examples: [
      {
        name: "orders send",
        kind: "producer",
        attributes: {
          "messaging.system": "kafka",
          "messaging.destination": "orders",
          "messaging.kafka.message_key": "k0",
          "messaging.kafka.partition": 2,
        },
        is: { role: "send", topic: "orders", partition: 2, key: "k0" },
      },
      {
        name: "orders process",
        kind: "consumer",
        attributes: {
          "messaging.system": "kafka",
          "messaging.destination": "orders",
          "messaging.operation": "process",
          "messaging.message_id": "452a7c7c",
          "messaging.kafka.consumer_group": "billing",
          "messaging.kafka.partition": 2,
        },
        is: { role: "process", topic: "orders", partition: 2, group: "billing", messageId: "452a7c7c" },
      },
    ],
  },
];
