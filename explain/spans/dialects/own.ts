import type { Dialect } from "./dialect.ts";

/** What the lab's services record, and names that services invent when they record spans themselves. */
export const own: readonly Dialect[] = [
  {
    name: "Spans recorded by hand",
    source:
      "services that record spans themselves, for example with Confluent's .NET client or Redis streams; no convention",
    reads: {
      topic: ["messaging.source"],
      group: ["messaging.consumer.group"],
      cluster: ["messaging.cluster.id"],
      recordTimestamp: ["messaging.kafka.message.timestamp"],
    },
    note: "Redis streams have no instrumentation of messages; the entry's id is no offset.",
    examples: [
      {
        name: "kafka.produce.orders",
        kind: "producer",
        attributes: { "messaging.system": "kafka", "messaging.destination": "orders" },
        is: { role: "send", topic: "orders" },
      },
      {
        name: "kafka.consume.orders",
        kind: "consumer",
        attributes: {
          "messaging.system": "kafka",
          "messaging.source": "orders",
          "messaging.kafka.partition": 0,
          "messaging.kafka.offset": 7,
        },
        is: { role: "process", topic: "orders", partition: 0, offset: 7 },
      },
      {
        name: "consumer.process_message",
        kind: "consumer",
        attributes: {
          "messaging.system": "redis-streams",
          "messaging.destination.name": "orders",
          "messaging.consumer.group": "billing",
          "messaging.consumer.id": "worker-1",
          "messaging.message.id": "1526919030474-55",
        },
        is: { role: "process", topic: "orders", group: "billing", messageId: "1526919030474-55" },
      },
    ],
  },
  {
    name: "Holdup",
    source: "shared/consumer/consumer-spans.ts, workloads/workloads.ts; docs/resource-attributes.md",
    reads: {
      orderId: ["holdup.order.id"],
      attempt: ["holdup.attempt"],
      skipped: ["holdup.delivery.skipped"],
      assignedAt: ["holdup.partition.assigned_at"],
      fetchedAt: ["holdup.fetched_at"],
      concurrency: ["holdup.consumer.concurrency"],
      workload: ["workload.operation"],
      intensity: ["workload.intensity"],
      workloadQueueMs: ["workload.queue_ms"],
      cpuMs: ["resource.cpu.time_ms"],
      memoryMb: ["resource.memory.max_mb"],
    },
    note: "Besides the names of OpenTelemetry's conventions.",
    examples: [
      {
        name: "send orders",
        kind: "producer",
        attributes: { "messaging.destination.name": "orders", "holdup.order.id": "o1" },
        is: { role: "send", topic: "orders" },
      },
      {
        name: "process orders",
        kind: "consumer",
        attributes: { "messaging.destination.name": "orders", "holdup.consumer.concurrency": 3 },
        is: { role: "process", topic: "orders" },
      },
    ],
  },
];
