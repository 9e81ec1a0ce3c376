import { epochNs } from "../deliveries/spans.fixture.ts";
import type { Attributes, Span, SpanKind } from "../span.ts";

type Template = {
  readonly name: string;
  readonly kind: SpanKind;
  readonly attributes: Attributes;
  readonly linked?: boolean;
};

/** What a library records by default, as in the recorded runs of tests/foreign. */
type Library = {
  readonly scope: string | undefined;
  readonly resource: Attributes;
  readonly send: Template;
  readonly consume: Template;
};

const python: Attributes = { "telemetry.sdk.language": "python", "service.instance.id": "f06574b2" };
const go: Attributes = { "telemetry.sdk.language": "go" };

const kafkaPython: Attributes = {
  "messaging.system": "kafka",
  "messaging.destination": "orders",
  "messaging.kafka.partition": 2,
};

const publish: Template = {
  name: "orders publish",
  kind: "producer",
  attributes: {
    "messaging.system": "kafka",
    "messaging.destination.name": "orders",
    "messaging.operation": "publish",
  },
};

export const libraries = {
  "kafka-python": {
    scope: "opentelemetry.instrumentation.kafka",
    resource: python,
    send: { name: "orders send", kind: "producer", attributes: kafkaPython },
    consume: { name: "orders receive", kind: "consumer", attributes: kafkaPython },
  },
  aiokafka: {
    scope: "opentelemetry.instrumentation.aiokafka",
    resource: python,
    send: {
      name: "orders send",
      kind: "producer",
      attributes: {
        "messaging.system": "kafka",
        "messaging.destination.name": "orders",
        "messaging.operation.type": "publish",
      },
    },
    consume: {
      name: "orders receive",
      kind: "consumer",
      attributes: {
        "messaging.system": "kafka",
        "messaging.destination.name": "orders",
        "messaging.destination.partition.id": "2",
        "messaging.consumer.group.name": "billing",
        "messaging.operation.type": "receive",
        "messaging.kafka.message.offset": 0,
      },
    },
  },
  "confluent-kafka": {
    scope: "opentelemetry.instrumentation.confluent_kafka",
    resource: python,
    send: {
      name: "orders send",
      kind: "producer",
      attributes: {
        "messaging.system": "kafka",
        "messaging.destination": "orders",
        "messaging.operation": "publish",
      },
    },
    consume: {
      name: "orders process",
      kind: "consumer",
      linked: true,
      attributes: {
        "messaging.system": "kafka",
        "messaging.destination": "orders",
        "messaging.operation": "process",
        "messaging.kafka.partition": 1,
        "messaging.message.id": "orders.1.0",
      },
    },
  },
  kafkajs: {
    scope: "@opentelemetry/instrumentation-kafkajs",
    resource: { "telemetry.sdk.language": "nodejs", "service.instance.id": "320aaca9" },
    send: {
      name: "send orders",
      kind: "producer",
      attributes: {
        "messaging.system": "kafka",
        "messaging.destination.name": "orders",
        "messaging.operation.type": "send",
      },
    },
    consume: {
      name: "process orders",
      kind: "consumer",
      attributes: {
        "messaging.system": "kafka",
        "messaging.destination.name": "orders",
        "messaging.destination.partition.id": "2",
        "messaging.operation.type": "process",
        "messaging.kafka.offset": "0",
      },
    },
  },
  kotel: {
    scope: "github.com/twmb/franz-go/plugin/kotel",
    resource: go,
    send: publish,
    consume: {
      name: "orders receive",
      kind: "consumer",
      attributes: {
        "messaging.system": "kafka",
        "messaging.source.name": "orders",
        "messaging.operation": "receive",
        "messaging.kafka.source.partition": 2,
        "messaging.kafka.message.offset": 0,
        "messaging.kafka.consumer.group": "billing",
      },
    },
  },
  sarama: {
    scope: "go.opentelemetry.io/contrib/instrumentation/github.com/IBM/sarama/otelsarama",
    resource: go,
    send: {
      name: "orders publish",
      kind: "producer",
      attributes: {
        "messaging.system": "kafka",
        "messaging.destination.name": "orders",
        "messaging.operation": "publish",
        "messaging.message.id": "0",
      },
    },
    consume: {
      name: "orders receive",
      kind: "consumer",
      attributes: {
        "messaging.system": "kafka",
        "messaging.destination.name": "orders",
        "messaging.operation": "receive",
        "messaging.message.id": "0",
        "messaging.kafka.source.partition": 1,
      },
    },
  },
  "Spring Boot": {
    scope: "org.springframework.boot",
    resource: { "telemetry.sdk.language": "java", "telemetry.sdk.name": "opentelemetry" },
    send: publish,
    consume: {
      name: "orders receive",
      kind: "consumer",
      attributes: {
        "messaging.kafka.client_id": "consumer-billing-1",
        "messaging.kafka.consumer.group": "billing",
        "messaging.kafka.message.offset": "3",
        "messaging.kafka.source.partition": "0",
        "messaging.operation": "receive",
        "messaging.source.name": "orders",
        "messaging.system": "kafka",
        "spring.kafka.listener.id": "org.springframework.kafka.KafkaListenerEndpointContainer#0-0",
      },
    },
  },
  "Java agent": {
    scope: "io.opentelemetry.kafka-clients-0.11",
    resource: {
      "telemetry.sdk.language": "java",
      "telemetry.distro.name": "opentelemetry-java-instrumentation",
      "service.instance.id": "5965d996",
    },
    send: publish,
    consume: {
      name: "orders process",
      kind: "consumer",
      attributes: {
        "messaging.system": "kafka",
        "messaging.destination.name": "orders",
        "messaging.operation": "process",
        "messaging.destination.partition.id": "0",
        "messaging.kafka.message.offset": 0,
        "messaging.kafka.consumer.group": "billing",
        "messaging.client_id": "consumer-billing-1",
      },
    },
  },
  Brave: {
    scope: undefined,
    resource: {},
    send: { name: "send", kind: "producer", attributes: { "kafka.topic": "orders" } },
    consume: { name: "poll", kind: "consumer", attributes: { "kafka.topic": "orders" } },
  },
} as const satisfies Record<string, Library>;

export type LibraryName = keyof typeof libraries;

/** An order that shop sends and billing consumes; `more` are spans below the consumer's, or in place of it. */
export function spansOf(
  name: LibraryName,
  { producer = true, more = [] as readonly Partial<Span>[] } = {},
): Span[] {
  const { scope, resource, send, consume }: Library = libraries[name];
  const trace = "4bf92f3577b34da6a3ce929d0e0e4736";
  const make = (service: string, spanId: string, atMs: number, forMs: number, template: Template): Span => ({
    traceId: trace,
    spanId,
    name: template.name,
    kind: template.kind,
    service,
    scope,
    resource,
    startNs: epochNs + BigInt(atMs * 1e6),
    endNs: epochNs + BigInt((atMs + forMs) * 1e6),
    attributes: template.attributes,
  });
  const sent = make("shop", "a1", 0, 2, send);
  const consumed: Span = {
    ...make("billing", "b1", 10, 20, consume),
    ...(consume.linked
      ? { traceId: "00f067aa0ba902b74bf92f3577b34da6", links: [{ traceId: trace, spanId: "a1" }] }
      : { parentSpanId: "a1" }),
  };
  const others = more.map(
    (one, n): Span => ({
      ...make("billing", `c${n}`, 31, 20, { name: "", kind: "internal", attributes: {} }),
      parentSpanId: "b1",
      ...one,
    }),
  );
  return [...(producer ? [sent] : []), consumed, ...others];
}
