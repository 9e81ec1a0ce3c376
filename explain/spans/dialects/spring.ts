import type { Dialect } from "./dialect.ts";

/** Spring's observations, recorded through Micrometer. */
export const spring: readonly Dialect[] = [
  {
    name: "Spring Kafka (Micrometer)",
    source: "spring-projects/spring-kafka support/micrometer/KafkaListenerObservation.java (0157811)",
    reads: {},
    marks: [{ attribute: "spring.kafka.listener.id", role: "process" }],
    note: "The listener's span is called receive, but its observation wraps the listener: it lasts as long as the handling.",
    examples: [
      {
        name: "orders send",
        kind: "producer",
        attributes: {
          "messaging.system": "kafka",
          "messaging.destination.kind": "topic",
          "messaging.destination.name": "orders",
          "messaging.operation": "publish",
          "spring.kafka.template.name": "kafkaTemplate",
        },
        is: { role: "send", topic: "orders" },
      },
      {
        name: "orders receive",
        kind: "consumer",
        attributes: {
          "messaging.system": "kafka",
          "messaging.operation": "receive",
          "messaging.source.kind": "topic",
          "messaging.source.name": "orders",
          "messaging.consumer.id": "billing - consumer-billing-1",
          "messaging.kafka.client_id": "consumer-billing-1",
          "messaging.kafka.consumer.group": "billing",
          "messaging.kafka.source.partition": "0",
          "messaging.kafka.message.offset": "3",
          "spring.kafka.listener.id": "org.springframework.kafka.KafkaListenerEndpointContainer#0-0",
        },
        is: {
          role: "process",
          topic: "orders",
          partition: 0,
          offset: 3,
          group: "billing",
          wrapsHandling: true,
        },
      },
    ],
  },
  {
    name: "Spring AMQP (Micrometer)",
    source:
      "spring-projects/spring-amqp support/micrometer/RabbitListenerObservation.java (18d6bf6), RabbitTemplateObservation.java (15a0fe9)",
    reads: { routingKey: ["messaging.rabbitmq.destination.routing_key"] },
    marks: [{ attribute: "spring.rabbit.listener.id", role: "process" }],
    note: "Since 3.2 with the exchange; before, and for the default exchange, only the span's name says where the message goes.",
    examples: [
      {
        name: "x/orders.created send",
        kind: "producer",
        attributes: {
          "messaging.destination.name": "x",
          "messaging.rabbitmq.destination.routing_key": "orders.created",
          "spring.rabbit.template.name": "rabbitTemplate",
        },
        is: { role: "send", topic: "x" },
      },
      {
        name: "orders-q receive",
        kind: "consumer",
        attributes: {
          "messaging.destination.name": "x",
          "messaging.rabbitmq.destination.routing_key": "orders.created",
          "spring.rabbit.listener.id": "orders",
        },
        is: { role: "process", topic: "x", wrapsHandling: true },
      },
    ],
  },
  {
    name: "Spring Cloud AWS SQS (Micrometer)",
    source:
      "awspring/spring-cloud-aws sqs/support/observation/SqsListenerObservation.java (5a859aa), AbstractListenerObservation.java (0681392), AbstractTemplateObservation.java (1530035)",
    reads: { key: ["messaging.message.message-group.id"] },
    note: "The group of a FIFO queue is the key. Nothing proves that the listener's span, called receive, lasts as long as the handling.",
    examples: [
      {
        name: "orders send",
        kind: "producer",
        attributes: {
          "messaging.system": "sqs",
          "messaging.operation": "publish",
          "messaging.destination.kind": "queue",
          "messaging.destination.name": "orders",
          "messaging.message.message-group.id": "customer-1",
        },
        is: { role: "send", topic: "orders", key: "customer-1" },
      },
      {
        name: "orders receive",
        kind: "consumer",
        attributes: {
          "messaging.system": "sqs",
          "messaging.operation": "receive",
          "messaging.source.name": "orders",
          "messaging.source.kind": "queue",
          "messaging.message.id": "2f1c",
          "messaging.message.message-group.id": "customer-1",
        },
        is: { role: "receive", topic: "orders", key: "customer-1", messageId: "2f1c" },
      },
    ],
  },
];
