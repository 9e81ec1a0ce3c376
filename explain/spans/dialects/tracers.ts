import type { Dialect } from "./dialect.ts";

/** Tracers whose spans receivers of the Collector translate. */
export const tracers: readonly Dialect[] = [
  {
    name: "SkyWalking",
    source:
      "apache/skywalking-java kafka-plugin KafkaConsumerInterceptor.java (23af26a), rabbitmq-plugin TracerConsumer.java (7f9287f); open-telemetry/opentelemetry-collector-contrib skywalkingreceiver",
    reads: { topic: ["mq.topic"], routingKey: ["mq.queue"] },
    forms: [
      { form: /^Kafka\/(?<topic>[^/]+)\/Producer$/, role: "send" },
      { form: /^Kafka\/(?<topic>[^/]+)\/Consumer\/(?<group>[^/]+)$/, role: "receive" },
    ],
    note: "Kafka's consumer span is one of a poll. Spans of other brokers are the handling; their kind decides. Older Collectors translate the kinds to CLIENT and SERVER; those spans are not read.",
    examples: [
      {
        name: "Kafka/orders/Producer",
        kind: "producer",
        attributes: { "mq.broker": "10.0.0.1:9092", "mq.topic": "orders" },
        is: { role: "send", topic: "orders" },
      },
      {
        name: "Kafka/orders/Consumer/billing",
        kind: "consumer",
        attributes: { "mq.broker": "10.0.0.1:9092", "mq.topic": "orders" },
        is: { role: "receive", topic: "orders", group: "billing" },
      },
      {
        name: "RabbitMQ/Topic/xQueue/orders.created/Consumer",
        kind: "consumer",
        attributes: { "mq.broker": "10.0.0.1:5672", "mq.topic": "x", "mq.queue": "orders.created" },
        is: { role: "process", topic: "x" },
      },
    ],
  },
  {
    name: "Elastic APM",
    source:
      "elastic/apm specs/agents/tracing-instrumentation-messaging.md (07719d0), elastic/apm-agent-java KafkaInstrumentationHelper.java (0f0b724); elastic/opentelemetry-collector-components elasticapmintakereceiver intakeV2ToSemConv.go (0f28bdb)",
    reads: {},
    forms: [
      { form: /^\S+ send to (?<topic>\S+)$/i, role: "send" },
      { form: /^KafkaProducer#send to (?<topic>\S+)$/, role: "send" },
      { form: /^Kafka record from (?<topic>\S+)$/, role: "process" },
      { form: /^\S+ receive from (?<topic>\S+)$/i, role: "process" },
      { form: /^\S+ poll from (?<topic>\S+)$/i, role: "receive" },
    ],
    note: "Spans have no kind. A transaction, which has no operation, lasts as long as the handling; a span named `… RECEIVE from` has the operation receive.",
    examples: [
      {
        name: "KafkaProducer#send to orders",
        attributes: {
          "messaging.system": "kafka",
          "messaging.operation.name": "send",
          "messaging.destination.name": "orders",
        },
        is: { role: "send", topic: "orders" },
      },
      {
        name: "Kafka record from orders",
        attributes: { "messaging.destination.name": "orders" },
        is: { role: "process", topic: "orders" },
      },
      {
        name: "RabbitMQ RECEIVE from orders-q",
        attributes: { "messaging.destination.name": "orders-q" },
        is: { role: "process", topic: "orders-q" },
      },
    ],
  },
  {
    name: "AWS X-Ray",
    source:
      "open-telemetry/opentelemetry-collector-contrib awsxrayreceiver translator/aws.go (1027fb7), internal/aws/xray awsxray.go",
    reads: { topic: ["aws.queue_url", "aws.queue.url"], operation: ["aws.operation"] },
    operations: {
      sendmessage: "send",
      sendmessagebatch: "send",
      receivemessage: "receive",
      deletemessage: "settle",
      deletemessagebatch: "settle",
    },
    shownBy: ["aws.queue_url"],
    note: "The topic is the last part of the queue's address. X-Ray records no handling.",
    examples: [
      {
        name: "SQS",
        kind: "client",
        attributes: {
          "aws.operation": "SendMessage",
          "aws.queue_url": "https://sqs.us-east-2.amazonaws.com/123456789012/orders",
        },
        is: { role: "send", topic: "orders" },
      },
      {
        name: "SQS",
        kind: "client",
        attributes: {
          "aws.operation": "ReceiveMessage",
          "aws.queue_url": "https://sqs.us-east-2.amazonaws.com/123456789012/orders",
        },
        is: { role: "receive", topic: "orders" },
      },
    ],
  },
];
