import type { Dialect } from "./dialect.ts";

const conventions = "open-telemetry/semantic-conventions";

/** Brokers other than Kafka in OpenTelemetry's conventions and in the clients' own instrumentations. */
export const brokers: readonly Dialect[] = [
  {
    name: "RabbitMQ: conventions since 1.30, Java agent with opt-in",
    source: `${conventions} model/messaging/rabbitmq.yaml (0221292)`,
    reads: {},
    note: "The destination is exchange:routing_key, and on the consumer's side exchange:routing_key:queue. The queue stands for the group: its consumers share the work. A delivery tag is no offset.",
    examples: [
      {
        name: "publish x:orders.created",
        kind: "producer",
        attributes: {
          "messaging.system": "rabbitmq",
          "messaging.operation.type": "send",
          "messaging.destination.name": "x:orders.created",
          "messaging.rabbitmq.destination.routing_key": "orders.created",
        },
        is: { role: "send", topic: "x:orders.created" },
      },
      {
        name: "process x:orders.created:orders-q",
        kind: "consumer",
        attributes: {
          "messaging.system": "rabbitmq",
          "messaging.operation.type": "process",
          "messaging.destination.name": "x:orders.created:orders-q",
          "messaging.rabbitmq.message.delivery_tag": 123,
        },
        is: { role: "process", topic: "x:orders.created:orders-q", group: "orders-q" },
      },
    ],
  },
  {
    name: "RabbitMQ: .NET client",
    source: "rabbitmq/rabbitmq-dotnet-client RabbitMQ.Client/Impl/RabbitMQActivitySource.cs (0496126)",
    reads: {},
    operations: { fetch: "receive", "fetch (empty)": "receive" },
    note: "The default exchange is `amq.default`; the topic is then the routing key.",
    examples: [
      {
        name: "publish orders-q",
        kind: "producer",
        attributes: {
          "messaging.system": "rabbitmq",
          "messaging.operation.type": "send",
          "messaging.operation.name": "publish",
          "messaging.destination.name": "amq.default",
          "messaging.rabbitmq.destination.routing_key": "orders-q",
        },
        is: { role: "send", topic: "orders-q" },
      },
      {
        name: "deliver orders-q",
        kind: "consumer",
        attributes: {
          "messaging.system": "rabbitmq",
          "messaging.operation.type": "process",
          "messaging.operation.name": "deliver",
          "messaging.destination.name": "amq.default",
          "messaging.rabbitmq.destination.routing_key": "orders-q",
          "messaging.rabbitmq.delivery_tag": 7,
        },
        is: { role: "process", topic: "orders-q" },
      },
    ],
  },
  {
    name: "RabbitMQ: OpenTelemetry JavaScript amqplib",
    source:
      "open-telemetry/opentelemetry-js-contrib plugins/node/instrumentation-amqplib/src/amqplib.ts (0d39760)",
    reads: { routingKey: ["messaging.rabbitmq.routing_key"] },
    note: "The destination is the exchange. The queue is in the name of the consumer's span, and stands for the group.",
    examples: [
      {
        name: "publish x",
        kind: "producer",
        attributes: {
          "messaging.system": "rabbitmq",
          "messaging.destination": "x",
          "messaging.destination_kind": "topic",
          "messaging.rabbitmq.routing_key": "orders.created",
        },
        is: { role: "send", topic: "x" },
      },
      {
        name: "orders-q process",
        kind: "consumer",
        attributes: {
          "messaging.system": "rabbitmq",
          "messaging.destination": "x",
          "messaging.destination_kind": "topic",
          "messaging.rabbitmq.routing_key": "orders.created",
          "messaging.operation": "process",
        },
        is: { role: "process", topic: "x", group: "orders-q" },
      },
    ],
  },
  {
    name: "Google Cloud Pub/Sub",
    source:
      "googleapis/python-pubsub open_telemetry/subscribe_opentelemetry.py (0dd9115), publish_message_wrapper.py (02b9355), googleapis/google-cloud-go pubsub/trace.go (0164a15)",
    reads: { key: ["messaging.gcp_pubsub.message.ordering_key"] },
    operations: { "gcp_pubsub subscribe": "receive", "gcp_pubsub modack": "settle" },
    forms: [{ form: /^(?<topic>\S+) subscribe$/, role: "receive" }],
    note: "A consumer's topic is its subscription. `… subscribe` includes flow control and the acknowledgement; inside it, `… process` is the handling.",
    examples: [
      {
        name: "projects/p/topics/orders create",
        kind: "producer",
        attributes: {
          "messaging.system": "gcp_pubsub",
          "messaging.destination.name": "projects/p/topics/orders",
          "messaging.gcp_pubsub.message.ordering_key": "customer-1",
          "messaging.operation": "create",
        },
        is: { role: "send", topic: "projects/p/topics/orders", key: "customer-1" },
      },
      {
        name: "billing subscribe",
        kind: "consumer",
        attributes: {
          "messaging.system": "gcp_pubsub",
          "messaging.destination.name": "billing",
          "messaging.message.id": "19",
          "messaging.gcp_pubsub.message.ordering_key": "",
        },
        is: { role: "receive", topic: "billing", messageId: "19" },
      },
      {
        name: "billing process",
        kind: "internal",
        attributes: { "messaging.system": "gcp_pubsub" },
        is: { role: "process", topic: "billing" },
      },
    ],
  },
];
