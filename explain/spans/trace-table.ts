import { createProblemLog, type ProblemLog, type ReportProblem } from "../problem-log.ts";
import type { Span, SpanLink } from "../span.ts";
import { numberOf, textOf } from "./attributes.ts";
import { traceOf } from "./build-trace.ts";
import { cpuTimeOf, memoryOf, nearNs, threadQueueOf } from "./checked-numbers.ts";
import { type MessageFacts, messageOf, topicOf } from "./message.ts";
import { isMessageKind } from "./roles.ts";
import { createServiceLog, type ServiceFacts } from "./service-log.ts";
import type { Row, Trace } from "./trace.ts";
import { createTraceLookup, joinedIds } from "./trace-ids.ts";
import { createUnknownOperations } from "./unknown-operations.ts";

export type TraceTable = {
  /** Time 0 of all rows, nanoseconds since the Unix epoch. */
  readonly originNs: bigint;
  /** By id. */
  readonly traces: ReadonlyMap<string, Trace>;
  /** The trace of an id, of which only 64 bits may be known. */
  readonly traceOf: (traceId: string) => Trace | undefined;
  readonly spans: number;
  /** By name: those that record spans of messages. */
  readonly services: ReadonlyMap<string, ServiceFacts>;
  /** Spans that were ignored. */
  readonly problems: ProblemLog;
  /** Spans that are incomplete but used. */
  readonly gaps: ProblemLog;
};

/** A row too far from the first span for exact times in numbers; times are ns since the first span's second. */
type DistantRow = { readonly row: Row; readonly startNs: bigint; readonly endNs: bigint };

const none: readonly SpanLink[] = [];
const nsPerSecond = 1_000_000_000n;

/** The latest time that a Date can hold, ns since the Unix epoch. */
const latestNs = 8_640_000_000_000_000_000_000n;

/** Groups spans, which may arrive in any order, by trace. */
export function createTraceTable() {
  const byTrace = new Map<string, Row[]>();
  const distant: DistantRow[] = [];
  const [problems, gaps] = [createProblemLog(), createProblemLog()];
  const unknownOperations = createUnknownOperations();
  const services = createServiceLog();
  const names = new Map<string, string>();
  let firstNs: bigint | undefined;
  let spans = 0;

  /** Keeps one copy of each text. */
  function intern(text: string): string {
    const known = names.get(text);
    if (known !== undefined) return known;
    names.set(text, text);
    return text;
  }

  function keep(row: Row): void {
    const trace = byTrace.get(row.traceId);
    if (trace) trace.push(row);
    else byTrace.set(row.traceId, [row]);
  }

  /**
   * Seconds from the first span to the earliest one. Only spans near the median count, because a few spans with a broken clock
   * must not move the origin away from the others.
   */
  function originSeconds(): number {
    const seconds = new Float64Array(spans);
    let count = 0;
    for (const rows of byTrace.values())
      for (const { startNs } of rows) seconds[count++] = Math.floor(startNs / 1e9);
    for (const { startNs } of distant) seconds[count++] = Number(wholeSeconds(startNs));
    const sorted = seconds.subarray(0, count).sort();
    const middle = sorted[count >> 1] ?? 0;
    return sorted.find((second) => second > middle - Number(nearNs) / 1e9) ?? 0;
  }

  /** Joins the traces of which some spans have only the lower 64 bits of the id. */
  function join(): void {
    for (const [short, long] of joinedIds(byTrace.keys(), gaps)) {
      for (const row of byTrace.get(short) ?? []) {
        row.traceId = long;
        keep(row);
      }
      byTrace.delete(short);
    }
  }

  return {
    add(span: Span): void {
      spans += 1;
      const where = `trace ${span.traceId}, span ${span.spanId}`;
      if (span.endNs < span.startNs) {
        problems.add("The span ends before it starts; it is ignored.", where);
        return;
      }
      if (span.startNs < -latestNs || span.endNs > latestNs) {
        problems.add("The time of the span is outside the range of dates; it is ignored.", where);
        return;
      }
      let unknownOperation: string | undefined;
      const message = messageOf(
        span,
        (what) => gaps.add(what, where),
        (operation) => {
          unknownOperation = operation;
          unknownOperations.add(operation, span.service ?? "", where);
        },
      );
      const row = rowOf(span, message, intern, (what) => gaps.add(what, where));
      const namesNoTopic = !message && isMessageKind(span) && topicOf(span) === undefined;
      if (namesNoTopic) gaps.add("A consumer's or producer's span names no topic.", where);
      if (unknownOperation !== undefined)
        services.add(span, { lack: "operation", example: unknownOperation });
      else if (namesNoTopic) services.add(span, { lack: "topic" });
      else if (message) services.add(span);
      firstNs ??= wholeSeconds(span.startNs) * nsPerSecond;
      const [startNs, endNs] = [span.startNs - firstNs, span.endNs - firstNs];
      if (startNs < -nearNs || endNs > nearNs) {
        distant.push({ row, startNs, endNs });
        return;
      }
      row.startNs = Number(startNs);
      row.endNs = Number(endNs);
      keep(row);
    },

    /** Call once. */
    finish(): TraceTable {
      const seconds = originSeconds();
      for (const rows of byTrace.values()) for (const row of rows) move(row, -seconds * 1e9);
      const offsetNs = BigInt(seconds) * nsPerSecond;
      for (const { row, startNs, endNs } of distant) {
        row.startNs = Number(startNs - offsetNs);
        row.endNs = Number(endNs - offsetNs);
        keep(row);
      }
      join();
      const traces = new Map<string, Trace>();
      for (const traceId of [...byTrace.keys()].sort()) {
        traces.set(traceId, traceOf(traceId, byTrace.get(traceId) ?? [], problems, gaps));
        byTrace.delete(traceId);
      }
      for (const { what, where, count } of unknownOperations.list()) gaps.add(what, where, count);
      const originNs = (firstNs ?? 0n) + offsetNs;
      return {
        originNs,
        traces,
        traceOf: createTraceLookup(traces),
        spans,
        services: services.finish(),
        problems,
        gaps,
      };
    },
  };
}

/** Rounds down, also before the epoch, where bigint division would round towards zero. */
function wholeSeconds(ns: bigint): bigint {
  const seconds = ns / nsPerSecond;
  return seconds * nsPerSecond > ns ? seconds - 1n : seconds;
}

function move(row: Row, ns: number): void {
  row.startNs += ns;
  row.endNs += ns;
}

function rowOf(
  span: Span,
  message: MessageFacts | undefined,
  intern: (text: string) => string,
  report: ReportProblem,
): Row {
  const operation = textOf(span, "workload");
  return {
    traceId: span.traceId,
    spanId: span.spanId,
    parentSpanId: span.parentSpanId || undefined,
    links: span.links?.length ? span.links : none,
    name: intern(span.name),
    kind: span.kind,
    service: intern(span.service ?? ""),
    scope: span.scope === undefined ? undefined : intern(span.scope),
    startNs: 0,
    endNs: 0,
    failed: span.failed ?? false,
    message,
    work:
      operation === undefined
        ? undefined
        : {
            operation: intern(operation),
            intensity: textOf(span, "intensity"),
            queueMs: threadQueueOf(span, report) ?? 0,
            cpuMs: cpuTimeOf(span, report),
            memoryMb: memoryOf(span, report),
          },
    orderId: textOf(span, "orderId"),
    attempt: numberOf(span, "attempt"),
  };
}
