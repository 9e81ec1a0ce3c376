import type { Dialect } from "./dialect.ts";

const conventions = "open-telemetry/semantic-conventions";

/** Cloud queues, and other brokers with few names of their own. */
export const queues: readonly Dialect[] = [
  {
    name: "Azure Service Bus and Event Hubs",
    source: `${conventions} docs/messaging/azure-messaging.md (003738e); Azure/azure-sdk-for-net MessagingClientDiagnostics.cs (0784e78)`,
    reads: {},
    operations: {
      schedule: "send",
      peek: "receive",
      receive_deferred: "receive",
      complete: "settle",
      abandon: "settle",
      defer: "settle",
      dead_letter: "settle",
      delete: "settle",
      checkpoint: "settle",
      cancel_scheduled: "settle",
      renew_message_lock: "settle",
      renew_session_lock: "settle",
      accept_session: "settle",
      get_session_state: "settle",
      set_session_state: "settle",
    },
    note: "The subscription stands for the group. No instrumentation records the session or the partition key. SDKs before their ActivitySource write `message_bus.destination`.",
    examples: [
      {
        name: "Message",
        kind: "producer",
        attributes: { "messaging.system": "servicebus", "messaging.destination.name": "orders" },
        is: { role: "send", topic: "orders" },
      },
      {
        name: "ServiceBusProcessor.ProcessMessage",
        kind: "consumer",
        attributes: {
          "messaging.system": "servicebus",
          "messaging.operation": "process",
          "messaging.destination.name": "orders",
          "messaging.destination.subscription.name": "billing",
        },
        is: { role: "process", topic: "orders", group: "billing" },
      },
    ],
  },
  {
    name: "Amazon SQS: OpenTelemetry JavaScript",
    source:
      "open-telemetry/opentelemetry-js-contrib packages/instrumentation-aws-sdk/src/services/sqs.ts (11f7c37)",
    reads: {},
    note: "No OpenTelemetry instrumentation records the group of a FIFO queue's message; Spring Cloud AWS does.",
    examples: [
      {
        name: "orders send",
        kind: "producer",
        attributes: {
          "messaging.system": "aws.sqs",
          "messaging.destination": "orders",
          "messaging.destination_kind": "queue",
          "messaging.message_id": "2f1c",
        },
        is: { role: "send", topic: "orders", messageId: "2f1c" },
      },
      {
        name: "orders process",
        kind: "consumer",
        attributes: {
          "messaging.system": "aws.sqs",
          "messaging.destination": "orders",
          "messaging.destination_kind": "queue",
          "messaging.message_id": "2f1c",
          "messaging.operation": "process",
        },
        is: { role: "process", topic: "orders", messageId: "2f1c" },
      },
    ],
  },
  {
    name: "Apache RocketMQ",
    source: `${conventions} docs/registry/attributes/messaging.md (00cb8b9)`,
    reads: { key: ["messaging.rocketmq.message.group"] },
    note: "The group of a FIFO message is the key: messages of one are handled one by one.",
    examples: [
      {
        name: "send orders",
        kind: "producer",
        attributes: {
          "messaging.system": "rocketmq",
          "messaging.destination.name": "orders",
          "messaging.rocketmq.message.group": "customer-1",
          "messaging.operation.type": "send",
        },
        is: { role: "send", topic: "orders", key: "customer-1" },
      },
      {
        name: "process orders",
        kind: "consumer",
        attributes: {
          "messaging.system": "rocketmq",
          "messaging.destination.name": "orders",
          "messaging.rocketmq.message.group": "customer-1",
          "messaging.consumer.group.name": "billing",
          "messaging.operation.type": "process",
        },
        is: { role: "process", topic: "orders", key: "customer-1", group: "billing" },
      },
    ],
  },
  {
    name: "Apache Pulsar: OpenTelemetry Java",
    source:
      "open-telemetry/opentelemetry-java-instrumentation instrumentation/pulsar/pulsar-2.8 PulsarSubscriptionAttributesExtractor.java (90ec638)",
    reads: {},
    note: "The subscription stands for the group. Message ids are no offsets.",
    examples: [
      {
        name: "persistent://public/default/orders publish",
        kind: "producer",
        attributes: {
          "messaging.system": "pulsar",
          "messaging.destination.name": "persistent://public/default/orders",
          "messaging.operation": "publish",
          "messaging.message.id": "10:3:-1",
        },
        is: { role: "send", topic: "persistent://public/default/orders", messageId: "10:3:-1" },
      },
      {
        name: "persistent://public/default/orders process",
        kind: "consumer",
        attributes: {
          "messaging.system": "pulsar",
          "messaging.destination.name": "persistent://public/default/orders",
          "messaging.destination.subscription.name": "billing",
          "messaging.operation": "process",
        },
        is: { role: "process", topic: "persistent://public/default/orders", group: "billing" },
      },
    ],
  },
  {
    name: "NATS: OpenTelemetry Java",
    source:
      "open-telemetry/opentelemetry-java-instrumentation instrumentation/nats/nats-2.17 NatsInstrumentationTestHelper.java (01a48a8)",
    reads: {},
    note: "The queue group is not recorded.",
    examples: [
      {
        name: "orders publish",
        kind: "producer",
        attributes: {
          "messaging.system": "nats",
          "messaging.destination.name": "orders",
          "messaging.operation": "publish",
          "messaging.client_id": "12",
        },
        is: { role: "send", topic: "orders" },
      },
      {
        name: "orders process",
        kind: "consumer",
        attributes: {
          "messaging.system": "nats",
          "messaging.destination.name": "orders",
          "messaging.operation": "process",
          "messaging.client_id": "13",
        },
        is: { role: "process", topic: "orders" },
      },
    ],
  },
  {
    name: "BullMQ",
    source: "taskforcesh/bullmq src/enums/telemetry-attributes.ts (00aca07), the classes Queue and Worker",
    reads: {
      topic: ["bullmq.queue.name"],
      operation: ["bullmq.queue.operation"],
      client: ["bullmq.worker.id"],
      messageId: ["bullmq.job.id"],
      batchCount: ["bullmq.job.bulk.count"],
    },
    operations: { add: "send", addbulk: "send" },
    examples: [
      {
        name: "add orders",
        kind: "producer",
        attributes: { "bullmq.queue.name": "orders", "bullmq.queue.operation": "add", "bullmq.job.id": "41" },
        is: { role: "send", topic: "orders", messageId: "41" },
      },
      {
        name: "process orders",
        kind: "consumer",
        attributes: {
          "bullmq.queue.name": "orders",
          "bullmq.queue.operation": "process",
          "bullmq.worker.id": "b7",
          "bullmq.job.id": "41",
        },
        is: { role: "process", topic: "orders", messageId: "41" },
      },
    ],
  },
];
