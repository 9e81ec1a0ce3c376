import type { Dialect } from "./dialect.ts";

/** Datadog's tracers, as the Collector's datadogreceiver passes their spans on. */
export const datadog: readonly Dialect[] = [
  {
    name: "Datadog JavaScript: kafkajs",
    source:
      "DataDog/dd-trace-js packages/datadog-plugin-kafkajs/src/consumer.js (00d1355), producer.js (0ca802c)",
    reads: {
      partition: ["kafka.partition"],
      offset: ["kafka.message.offset"],
      cluster: ["kafka.cluster_id"],
      batchCount: ["kafka.batch_size"],
    },
    operations: { "kafka.produce": "send", "kafka.consume": "process" },
    examples: [
      {
        name: "kafka.produce",
        kind: "producer",
        attributes: { component: "kafkajs", "kafka.topic": "orders", "kafka.batch_size": 1 },
        is: { role: "send", topic: "orders", batchCount: 1 },
      },
      {
        name: "kafka.consume",
        kind: "consumer",
        attributes: {
          component: "kafkajs",
          "kafka.topic": "orders",
          "kafka.partition": 0,
          "kafka.message.offset": "7",
        },
        is: { role: "process", topic: "orders", partition: 0, offset: 7 },
      },
    ],
  },
  {
    name: "Datadog Java: Kafka",
    source:
      "DataDog/dd-trace-java InstrumentationTags.java (08a2ef0), KafkaDecorator.java (033e90a); open-telemetry/opentelemetry-collector-contrib datadogreceiver traces_translator.go (01d541b)",
    reads: {
      group: ["kafka.group"],
      queueTimeMs: ["record.queue_time_ms"],
      resourceName: ["dd.span.Resource"],
    },
    forms: [
      { form: /^Produce Topic (?<topic>\S+)$/, role: "send" },
      { form: /^Consume Topic (?<topic>\S+)$/, role: "process" },
    ],
    note: "The topic is in the resource's name, `dd.span.Resource`; the span lasts until the next record is taken.",
    examples: [
      {
        name: "kafka.produce",
        kind: "producer",
        attributes: { component: "java-kafka", "dd.span.Resource": "Produce Topic orders" },
        is: { role: "send", topic: "orders" },
      },
      {
        name: "kafka.consume",
        kind: "consumer",
        attributes: {
          component: "java-kafka",
          "dd.span.Resource": "Consume Topic orders",
          "kafka.group": "billing",
          partition: 0,
          offset: 7,
          "record.queue_time_ms": 12,
        },
        is: { role: "process", topic: "orders", partition: 0, offset: 7, group: "billing", queueTimeMs: 12 },
      },
    ],
  },
  {
    name: "Datadog Python: confluent-kafka",
    source:
      "DataDog/dd-trace-py ddtrace/ext/kafka.py (042013f), ddtrace/contrib/internal/kafka/patch.py (016d8ce)",
    reads: { key: ["kafka.message_key"], offset: ["kafka.message_offset"], group: ["kafka.group_id"] },
    marks: [{ attribute: "kafka.received_message", role: "receive" }],
    note: "`kafka.consume` lasts as long as the poll, so it is no handling; `kafka.received_message` distinguishes it. Offset 0 is written as -1.",
    examples: [
      {
        name: "kafka.produce",
        kind: "producer",
        attributes: {
          "messaging.system": "kafka",
          "kafka.topic": "orders",
          "kafka.message_key": "k0",
          "kafka.partition": -1,
        },
        is: { role: "send", topic: "orders", key: "k0" },
      },
      {
        name: "kafka.consume",
        kind: "consumer",
        attributes: {
          "messaging.system": "kafka",
          "kafka.topic": "orders",
          "kafka.received_message": "True",
          "kafka.group_id": "billing",
          "kafka.message_key": "k0",
          "kafka.partition": 0,
          "kafka.message_offset": 7,
        },
        is: { role: "receive", topic: "orders", partition: 0, offset: 7, key: "k0", group: "billing" },
      },
    ],
  },
  {
    name: "Datadog .NET: Kafka",
    source:
      "DataDog/dd-trace-dotnet tracer/src/Datadog.Trace/Tagging/KafkaTags.cs (01ebf5a), Tags.cs, Metrics.cs",
    reads: { queueTimeMs: ["message.queue_time_ms"] },
    note: "The topic is in the resource's name, as with Java; the span lasts until the next call of Consume.",
    examples: [
      {
        name: "kafka.produce",
        kind: "producer",
        attributes: {
          component: "kafka",
          "dd.span.Resource": "Produce Topic orders",
          "kafka.partition": "[0]",
        },
        is: { role: "send", topic: "orders" },
      },
      {
        name: "kafka.consume",
        kind: "consumer",
        attributes: {
          component: "kafka",
          "dd.span.Resource": "Consume Topic orders",
          "kafka.partition": "0",
          "kafka.offset": "7",
          "kafka.group": "billing",
          "message.queue_time_ms": 12,
        },
        is: { role: "process", topic: "orders", partition: 0, offset: 7, group: "billing", queueTimeMs: 12 },
      },
    ],
  },
  {
    name: "Datadog Go: Kafka",
    source: "DataDog/dd-trace-go ddtrace/ext/messaging.go (0686303)",
    reads: { cluster: ["messaging.kafka.cluster_id"] },
    examples: [
      {
        name: "kafka.produce",
        kind: "producer",
        attributes: {
          "messaging.system": "kafka",
          "messaging.destination.name": "orders",
          "messaging.kafka.partition": 0,
        },
        is: { role: "send", topic: "orders", partition: 0 },
      },
      {
        name: "kafka.consume",
        kind: "consumer",
        attributes: {
          "messaging.system": "kafka",
          "messaging.destination.name": "orders",
          "messaging.kafka.partition": 0,
          "messaging.kafka.cluster_id": "YnCMINSnGZ",
          offset: 7,
        },
        is: { role: "process", topic: "orders", partition: 0, offset: 7, cluster: "YnCMINSnGZ" },
      },
    ],
  },
  {
    name: "Datadog: AMQP 0-9-1",
    source:
      "DataDog/dd-trace-java RabbitDecorator.java (01dc851), InstrumentationTags.java (08a2ef0); DataDog/dd-trace-js packages/datadog-plugin-amqplib/src/consumer.js (0e74b39)",
    reads: {
      topic: ["amqp.exchange"],
      routingKey: ["amqp.routing_key", "amqp.routingKey"],
      queue: ["amqp.queue"],
      client: ["amqp.consumerTag"],
      operation: ["amqp.command"],
    },
    operations: {
      "basic.publish": "send",
      "basic.get": "receive",
      "basic.deliver": "process",
      "basic.ack": "settle",
      "basic.nack": "settle",
      "basic.reject": "settle",
    },
    examples: [
      {
        name: "amqp.command",
        kind: "producer",
        attributes: {
          "amqp.command": "basic.publish",
          "amqp.exchange": "x",
          "amqp.routing_key": "orders.created",
        },
        is: { role: "send", topic: "x" },
      },
      {
        name: "amqp.command",
        kind: "consumer",
        attributes: { "amqp.command": "basic.deliver", "amqp.exchange": "", "amqp.routing_key": "orders-q" },
        is: { role: "process", topic: "orders-q" },
      },
      {
        name: "amqp.command",
        kind: "consumer",
        attributes: { "amqp.command": "basic.get", "amqp.queue": "orders-q" },
        is: { role: "receive", topic: "orders-q", group: "orders-q" },
      },
    ],
  },
  {
    name: "Datadog JavaScript: Google Cloud Pub/Sub",
    source: "DataDog/dd-trace-js packages/datadog-plugin-google-cloud-pubsub/src/consumer.js (0371fac)",
    reads: { topic: ["pubsub.topic"], messageId: ["pubsub.message_id"] },
    marks: [{ attribute: "pubsub.span_type", value: "message_processing", role: "process" }],
    note: "The operation is receive, but `pubsub.span_type` says that the span lasts as long as the handling.",
    examples: [
      {
        name: "pubsub.request",
        kind: "producer",
        attributes: { "pubsub.topic": "projects/p/topics/orders" },
        is: { role: "send", topic: "projects/p/topics/orders" },
      },
      {
        name: "pubsub.receive",
        kind: "consumer",
        attributes: {
          "pubsub.topic": "projects/p/topics/orders",
          "pubsub.span_type": "message_processing",
          "pubsub.message_id": "19",
          "messaging.operation": "receive",
        },
        is: {
          role: "process",
          topic: "projects/p/topics/orders",
          messageId: "19",
          wrapsHandling: true,
        },
      },
    ],
  },
];
