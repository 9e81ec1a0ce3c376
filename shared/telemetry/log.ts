import { trace } from "@opentelemetry/api";
import { type Logger, pino, stdTimeFunctions } from "pino";

export type { Logger };

/**
 * A JSON-lines logger on standard output: `time` (ISO 8601), `level` (its name), `service`, `instance`, `msg`, and
 * `trace_id` and `span_id` of the active span. Callers add `order_id` with `log.child`.
 */
export function createLogger(options: { service: string; instance: string; level: string }): Logger {
  return pino({
    level: options.level,
    base: { service: options.service, instance: options.instance },
    timestamp: stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    mixin: () => {
      const context = trace.getActiveSpan()?.spanContext();
      return context ? { trace_id: context.traceId, span_id: context.spanId } : {};
    },
  });
}
