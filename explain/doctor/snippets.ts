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
} as const satisfies Record<string, Snippet>;
