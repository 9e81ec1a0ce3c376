/**
 * Code that makes a pipeline explainable where the library's instrumentation records only when a message was received: each
 * handling gets a CONSUMER span of its own, as long as the handling. tests/foreign runs each text word for word.
 */

export type Snippet = {
  readonly language: "Python" | "Go";
  /** One sentence: where the code goes and how it is called. */
  readonly where: string;
  readonly code: string;
  /** A line for the shell that starts each replica, where the SDK does not name its instance itself. */
  readonly shell?: string;
};

/** The process id distinguishes replicas on one machine, the name of the machine or container all others. */
const nameTheInstance = 'export OTEL_RESOURCE_ATTRIBUTES="service.instance.id=$(uname -n)-$$"';

/** kafka-python and aiokafka have records with the same fields. */
const pythonHandling = `from contextlib import contextmanager
from opentelemetry import propagate, trace

@contextmanager
def handling(record, group):
    sent_by = propagate.extract({name: value.decode(errors="replace") for name, value in record.headers if value})
    facts = {
        "messaging.system": "kafka",
        "messaging.operation.type": "process",
        "messaging.destination.name": record.topic,
        "messaging.destination.partition.id": str(record.partition),
        "messaging.kafka.offset": record.offset,
        "messaging.consumer.group.name": group,
    }
    tracer = trace.get_tracer("handling")
    with tracer.start_as_current_span(f"process {record.topic}", sent_by, trace.SpanKind.CONSUMER, facts):
        yield
`;

export const snippets = {
  kafkaPython: {
    language: "Python",
    where:
      "Paste it into the module that consumes, and put the body of `for record in consumer:` into `with handling(record, group_id):`.",
    code: pythonHandling,
  },
  aiokafka: {
    language: "Python",
    where:
      "Paste it into the module that consumes, and put the body of `async for record in consumer:` into `with handling(record, group_id):`.",
    code: pythonHandling,
  },
  kotel: {
    language: "Go",
    where:
      "Paste it into the package that consumes; begin the handling of each record with `ctx, span := handling(tracer, record, group)`, use ctx in it, and end it with `span.End()`.",
    shell: nameTheInstance,
    code: `import (
	"context"
	"strconv"

	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/plugin/kotel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"
)

func handling(tracer *kotel.Tracer, record *kgo.Record, group string) (context.Context, trace.Span) {
	ctx, span := tracer.WithProcessSpan(record)
	span.SetAttributes(
		attribute.String("messaging.operation.type", "process"),
		attribute.String("messaging.destination.name", record.Topic),
		attribute.String("messaging.destination.partition.id", strconv.Itoa(int(record.Partition))),
		attribute.Int64("messaging.kafka.offset", record.Offset),
		attribute.String("messaging.consumer.group.name", group),
	)
	return ctx, span
}
`,
  },
  sarama: {
    language: "Go",
    where:
      "Paste it into the package that consumes; begin the handling of each message in ConsumeClaim with `ctx, span := handling(message, group)`, use ctx in it, and end it with `span.End()`.",
    shell: nameTheInstance,
    code: `import (
	"context"
	"strconv"

	"github.com/IBM/sarama"
	"github.com/dnwe/otelsarama"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"
)

func handling(message *sarama.ConsumerMessage, group string) (context.Context, trace.Span) {
	sentBy := otel.GetTextMapPropagator().Extract(context.Background(), otelsarama.NewConsumerMessageCarrier(message))
	facts := trace.WithAttributes(
		attribute.String("messaging.system", "kafka"),
		attribute.String("messaging.operation.type", "process"),
		attribute.String("messaging.destination.name", message.Topic),
		attribute.String("messaging.destination.partition.id", strconv.Itoa(int(message.Partition))),
		attribute.Int64("messaging.kafka.offset", message.Offset),
		attribute.String("messaging.consumer.group.name", group),
	)
	return otel.Tracer("handling").Start(sentBy, "process "+message.Topic, trace.WithSpanKind(trace.SpanKindConsumer), facts)
}
`,
  },
} as const satisfies Record<string, Snippet>;
