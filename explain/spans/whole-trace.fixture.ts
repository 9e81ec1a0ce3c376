import { epochNs } from "../deliveries/spans.fixture.ts";
import { createProblemLog } from "../problem-log.ts";
import type { Span } from "../span.ts";
import { wholeTraceOf } from "./build-trace.ts";
import { messageOf } from "./message.ts";
import { reduceTrace } from "./reduce-trace.ts";
import type { WholeRow, WholeTrace } from "./trace.ts";

/** A trace of these spans, and what its reduction keeps. */
export function traceOf(...spans: readonly Span[]): {
  whole: WholeTrace;
  reduced: ReturnType<typeof reduceTrace>;
  gaps: string[];
} {
  const [problems, gaps] = [createProblemLog(), createProblemLog()];
  const whole = wholeTraceOf("t", spans.map(rowOf), problems, gaps);
  const reduced = reduceTrace(whole, gaps);
  return { whole, reduced, gaps: gaps.list().map(({ what }) => what) };
}

function rowOf(span: Span): WholeRow {
  const {
    traceId,
    spanId,
    parentSpanId,
    links = [],
    name,
    kind,
    service = "",
    scope,
    failed = false,
    attributes,
  } = span;
  const order = attributes["holdup.order.id"];
  return {
    ...{ traceId, spanId, parentSpanId, links, name, kind, service, scope, failed },
    startNs: Number(span.startNs - epochNs),
    endNs: Number(span.endNs - epochNs),
    message: messageOf(span),
    work: undefined,
    orderId: typeof order === "string" ? order : undefined,
    attempt: undefined,
  };
}
