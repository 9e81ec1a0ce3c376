import { type Span, SpanStatusCode, trace } from "@opentelemetry/api";
import { toHoldupError } from "../core/errors.ts";
import type { Choice } from "./choose.ts";

/**
 * Runs `use` inside a span named after the choice's span. The span ends with it; an error goes on it and is thrown on
 * as a HoldupError.
 */
export async function inOperationSpan<T>(
  choice: Choice,
  orderId: string,
  use: (span: Span) => Promise<T>,
): Promise<T> {
  const attributes = {
    "holdup.order.id": orderId,
    "workload.type": choice.type,
    "workload.intensity": choice.intensity,
    "workload.operation": choice.operation,
    "workload.items": choice.items,
    "workload.seed": choice.seed,
  };
  return trace.getTracer("holdup.workloads").startActiveSpan(choice.span, { attributes }, async (span) => {
    try {
      return await use(span);
    } catch (thrown) {
      const error = toHoldupError(thrown);
      span.recordException(error);
      span.setAttribute("error.type", error.code);
      span.setStatus({ code: SpanStatusCode.ERROR, message: error.message });
      throw error;
    } finally {
      span.end();
    }
  });
}
