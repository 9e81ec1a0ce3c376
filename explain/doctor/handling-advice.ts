import { type Advice, bringsAll, confluentKafka, conventions, type Place, places, tried } from "./mend.ts";
import { snippets } from "./snippets.ts";

/** What to do where spans do not show how long handling took. */
export const handlingAdvice: readonly Advice[] = [
  snippet("kafkaPython", places.python, /^opentelemetry\.instrumentation\.kafka$/, {
    language: "python",
    scope: "opentelemetry.instrumentation.kafka",
  }),
  snippet("aiokafka", places.python, /^opentelemetry\.instrumentation\.aiokafka/, {
    language: "python",
    scope: "opentelemetry.instrumentation.aiokafka",
  }),
  snippet("kotel", places.go, /franz-go\/plugin\/kotel$/, {
    language: "go",
    scope: "github.com/twmb/franz-go/plugin/kotel",
  }),
  snippet("sarama", places.go, /otelsarama$/, {
    language: "go",
    scope: "go.opentelemetry.io/contrib/instrumentation/github.com/IBM/sarama/otelsarama",
  }),
  {
    lack: "handling",
    kind: "code",
    where:
      "With Brave, begin a span with the record's context where its handling begins, and finish it where it ends.",
    lines: [
      'Span span = kafkaTracing.nextSpan(record).name("on-message").start();',
      "try (Tracer.SpanInScope scope = tracer.withSpanInScope(span)) {",
      "  handle(record);",
      "} finally {",
      "  span.finish();",
      "}",
    ],
    brings: "How long handling took, and who waited for whom; likely, because these spans name no partition.",
    source: "openzipkin/brave instrumentation/kafka-clients KafkaTracing.java; README.md (0206090)",
    isAnonymous: true,
    example: {},
  },
  {
    lack: "handling",
    kind: "code",
    where:
      "Begin a span of kind CONSUMER where the handling of a message begins, with the context from the message's headers as its parent, and end it where the handling ends. Its attributes:",
    lines: [
      "messaging.system=kafka",
      "messaging.operation.type=process",
      "messaging.destination.name=<topic>",
      "messaging.destination.partition.id=<partition>",
      "messaging.kafka.offset=<offset>",
      "messaging.consumer.group.name=<group>",
    ],
    brings: bringsAll,
    source: conventions,
    example: { language: "rust", scope: "my-consumer" },
  },
  {
    lack: "processing time",
    kind: "code",
    where:
      "The library's span ends at the next poll, also when another thread still handles the message. Begin a span of kind CONSUMER in the thread that handles it and end it there, with messaging.operation.type=process and the topic, partition, offset and group; or wait for the handling before the next poll.",
    lines: [],
    brings: "How long handling took, and who waited for it.",
    source:
      "open-telemetry/opentelemetry-python-contrib instrumentation-confluent-kafka 0.66b1 __init__.py, wrap_poll",
    language: places.python,
    scope: places.confluentKafka,
    example: confluentKafka,
  },
  {
    lack: "processing time",
    kind: "code",
    where:
      "End the span of the message where its handling ends: wait for the asynchronous call in the handler, or begin a span of kind CONSUMER in the thread, task or goroutine that handles the message, and end it there.",
    lines: [],
    brings: "How long handling took, and who waited for it.",
    source: conventions,
    example: { language: "nodejs" },
  },
];

function snippet(name: keyof typeof snippets, language: RegExp, scope: RegExp, example: Place): Advice {
  const { where, code, ...rest } = snippets[name];
  return {
    lack: "handling",
    kind: "code",
    where,
    lines: code.trimEnd().split("\n"),
    ...("shell" in rest && { shell: rest.shell }),
    brings: bringsAll,
    source: tried,
    language,
    scope,
    example,
  };
}
