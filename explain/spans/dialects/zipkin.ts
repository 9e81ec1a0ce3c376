import type { Dialect } from "./dialect.ts";

/** Brave, and tracers of OpenTracing. */
export const zipkin: readonly Dialect[] = [
  {
    name: "Brave: Kafka clients, Sleuth",
    source:
      "openzipkin/brave instrumentation/kafka-clients KafkaTags.java (2f8fb1f), KafkaTracing.java (04d3297), TracingConsumer.java (02c8668)",
    reads: { topic: ["kafka.topic"], key: ["kafka.key"] },
    operations: { "on-message": "process" },
    handlings: ["on-message"],
    note: "The CONSUMER span `poll` ends at once; its child `on-message`, without kind and tags, is the handling.",
    examples: [
      {
        name: "send",
        kind: "producer",
        attributes: { "kafka.topic": "orders", "kafka.key": "k0" },
        is: { role: "send", topic: "orders", key: "k0" },
      },
      {
        name: "poll",
        kind: "consumer",
        attributes: { "kafka.topic": "orders" },
        is: { role: "receive", topic: "orders" },
      },
      { name: "on-message", attributes: {}, is: undefined },
    ],
  },
  {
    name: "Brave: Spring Rabbit",
    source:
      "openzipkin/brave instrumentation/spring-rabbit SpringRabbitTracing.java, TracingRabbitListenerAdvice.java (0b8a7a0), TracingMessagePostProcessor.java (04d3297)",
    reads: { topic: ["rabbit.exchange"], routingKey: ["rabbit.routing_key"], queue: ["rabbit.queue"] },
    operations: { "next-message": "receive" },
    note: "The producer's span names no destination. The handling is `on-message`, as with Kafka.",
    examples: [
      { name: "publish", kind: "producer", attributes: {}, is: undefined },
      {
        name: "next-message",
        kind: "consumer",
        attributes: {
          "rabbit.exchange": "x",
          "rabbit.routing_key": "orders.created",
          "rabbit.queue": "orders-q",
        },
        is: { role: "receive", topic: "x", group: "orders-q" },
      },
    ],
  },
  {
    name: "Brave: JMS",
    source: "openzipkin/brave instrumentation/jms JmsTracing.java, TracingMessageListener.java",
    reads: { topic: ["jms.queue", "jms.topic"] },
    note: "The handling is `on-message`, as with Kafka.",
    examples: [
      {
        name: "send",
        kind: "producer",
        attributes: { "jms.queue": "orders" },
        is: { role: "send", topic: "orders" },
      },
      {
        name: "receive",
        kind: "consumer",
        attributes: { "jms.queue": "orders" },
        is: { role: "receive", topic: "orders" },
      },
    ],
  },
  {
    name: "OpenTracing: Kafka clients, Spring Kafka",
    source:
      "opentracing-contrib/java-kafka-client StandardSpanDecorator.java (7c67ce7), TracingKafkaUtils.java (006492f), MessageListenerMethodInterceptor.java (64da154)",
    reads: { topic: ["message_bus.destination"], partition: ["partition"], offset: ["offset"] },
    forms: [
      { form: /^To_(?<topic>\S+)$/, role: "send" },
      { form: /^From_(?<topic>\S+)$/, role: "receive" },
      { form: /^KafkaListener_(?<topic>\S+)$/, role: "process" },
    ],
    note: "`From_x` ends when the record is read, so it is no handling; that is `KafkaListener_x`, which has no attributes.",
    examples: [
      {
        name: "To_orders",
        kind: "producer",
        attributes: { "message_bus.destination": "orders", partition: 1 },
        is: { role: "send", topic: "orders", partition: 1 },
      },
      {
        name: "From_orders",
        kind: "consumer",
        attributes: { "message_bus.destination": "orders", partition: 1, offset: 7 },
        is: { role: "receive", topic: "orders", partition: 1, offset: 7 },
      },
      {
        name: "KafkaListener_orders",
        kind: "consumer",
        attributes: {},
        is: { role: "process", topic: "orders" },
      },
    ],
  },
];
