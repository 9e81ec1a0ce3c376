import type { Attributes, Exception, Span, SpanStatus } from "@opentelemetry/api";
import { startSpansWith } from "../shared/telemetry/test-tracer.fixture.ts";

export type RecordedSpan = {
  readonly name: string;
  readonly attributes: Attributes;
  readonly exceptions: Exception[];
  status: SpanStatus | undefined;
  ends: number;
};

/** Records the spans of every tracer of this process in the returned array. */
export function recordSpans(): RecordedSpan[] {
  const spans: RecordedSpan[] = [];

  function startSpan(name: string, options?: { attributes?: Attributes }): Span {
    const attributes: Attributes = { ...options?.attributes };
    const recorded: RecordedSpan = { name, attributes, exceptions: [], status: undefined, ends: 0 };
    spans.push(recorded);
    const span: Span = {
      spanContext: () => ({ traceId: "1".repeat(32), spanId: "1".repeat(16), traceFlags: 1 }),
      setAttribute: (key, value) => span.setAttributes({ [key]: value }),
      setAttributes: (more) => {
        // The real SDK ignores what comes after the end.
        if (recorded.ends === 0) Object.assign(attributes, more);
        return span;
      },
      addEvent: () => span,
      addLink: () => span,
      addLinks: () => span,
      setStatus: (status) => {
        recorded.status = status;
        return span;
      },
      updateName: () => span,
      end: () => {
        recorded.ends++;
      },
      isRecording: () => recorded.ends === 0,
      recordException: (exception) => {
        recorded.exceptions.push(exception);
      },
    };
    return span;
  }

  startSpansWith(startSpan);
  return spans;
}
