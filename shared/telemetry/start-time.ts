import type { HrTime, Span } from "@opentelemetry/api";

/** When a span begins, as the SDK will export it; the API does not tell. Undefined for a span that is not recorded. */
export function startTimeOf(span: Span): HrTime | undefined {
  const time: unknown = "startTime" in span ? span.startTime : undefined;
  if (!Array.isArray(time)) return undefined;
  const [seconds, nanoseconds]: unknown[] = time;
  return typeof seconds === "number" && typeof nanoseconds === "number" ? [seconds, nanoseconds] : undefined;
}
