import {
  type Attributes,
  type Context,
  type HrTime,
  propagation,
  ROOT_CONTEXT,
  type Span,
  SpanStatusCode,
  type TextMapGetter,
  trace,
} from "@opentelemetry/api";
import { type HoldupError, toHoldupError } from "../../core/errors.ts";
import type { Headers } from "../kafka/messages.ts";

/**
 * Runs `use` in a span of its own, which ends when `use` does. `scope` is its instrumentation scope.
 *
 * @throws what `use` throws, as a HoldupError; the span records it
 */
export async function inSpan<T>(
  name: string,
  attributes: Attributes,
  use: (span: Span) => Promise<T>,
  scope = "holdup",
): Promise<T> {
  return trace.getTracer(scope).startActiveSpan(name, { attributes }, async (span) => {
    try {
      return await use(span);
    } catch (thrown) {
      const error = toHoldupError(thrown);
      span.recordException(error);
      failSpan(span, error);
      throw error;
    } finally {
      span.end();
    }
  });
}

/** Marks a span as failed, with the code of the error as `error.type`. */
export function failSpan(span: Span, { code, message }: HoldupError): void {
  span.setStatus({ code: SpanStatusCode.ERROR, message });
  span.setAttribute("error.type", code);
}

/** The start of a span as the SDK exports it, which the API does not expose. Undefined for a span that is not recorded. */
export function startTimeOf(span: Span): HrTime | undefined {
  const time: unknown = "startTime" in span ? span.startTime : undefined;
  if (!Array.isArray(time)) return undefined;
  const [seconds, nanoseconds]: unknown[] = time;
  return typeof seconds === "number" && typeof nanoseconds === "number" ? [seconds, nanoseconds] : undefined;
}

const headerGetter: TextMapGetter<Headers> = {
  get: (headers, name) => headers[name]?.toString(),
  keys: (headers) => Object.keys(headers),
};

/** The trace context that a producer wrote into the headers of its message. */
export function contextOf(headers: Headers): Context {
  return propagation.extract(ROOT_CONTEXT, headers, headerGetter);
}
