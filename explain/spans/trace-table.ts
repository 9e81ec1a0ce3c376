import { createProblemLog, type ProblemLog } from "../problem-log.ts";
import type { Span, SpanLink } from "../span.ts";
import { numberOf, textOf } from "./attributes.ts";
import { cpuTimeOf, memoryOf, type Note, nearNs, threadQueueOf } from "./checked-numbers.ts";
import { messageOf, topicOf } from "./message.ts";
import { type Row, type Trace, traceOf } from "./trace.ts";

export type TraceTable = {
  /** Nanoseconds since the Unix epoch of the time 0 of all rows. */
  readonly originNs: bigint;
  /** By id. */
  readonly traces: ReadonlyMap<string, Trace>;
  readonly spans: number;
  /** What was left out. */
  readonly problems: ProblemLog;
  /** What is used all the same, as far as it goes. */
  readonly gaps: ProblemLog;
};

/** A row whose times do not fit near the first span's; ns since the first span's second. */
type Far = { readonly row: Row; readonly startNs: bigint; readonly endNs: bigint };

const none: readonly SpanLink[] = [];
const nsPerSecond = 1_000_000_000n;

/** The end of the dates that there are, ns since the Unix epoch. */
const latestNs = 8_640_000_000_000_000_000_000n;

/** Takes spans in any order, and gives them back by trace. */
export function createTraceTable() {
  const byTrace = new Map<string, Row[]>();
  const far: Far[] = [];
  const [problems, gaps] = [createProblemLog(), createProblemLog()];
  const names = new Map<string, string>();
  let firstNs: bigint | undefined;
  let spans = 0;

  /** One copy of each text, however many spans carry it. */
  function shared(text: string): string {
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
   * Seconds from the first span to the earliest one; of those that are near the middle one, because a few spans with a
   * broken clock must not move it away from the others.
   */
  function originSeconds(): number {
    const seconds = new Float64Array(spans);
    let count = 0;
    for (const rows of byTrace.values())
      for (const { startNs } of rows) seconds[count++] = Math.floor(startNs / 1e9);
    for (const { startNs } of far) seconds[count++] = Number(wholeSeconds(startNs));
    const sorted = seconds.subarray(0, count).sort();
    const middle = sorted[count >> 1] ?? 0;
    return sorted.find((second) => second > middle - Number(nearNs) / 1e9) ?? 0;
  }

  return {
    add(span: Span): void {
      spans += 1;
      const where = `trace ${span.traceId}, span ${span.spanId}`;
      if (span.endNs < span.startNs) {
        problems.note("The span ends before it starts; it is left out.", where);
        return;
      }
      if (span.startNs < -latestNs || span.endNs > latestNs) {
        problems.note("The span is farther away than any date; it is left out.", where);
        return;
      }
      const row = rowOf(span, shared, (what) => gaps.note(what, where));
      if (!row.message && (span.kind === "consumer" || span.kind === "producer") && !topicOf(span)) {
        gaps.note("A consumer's or producer's span names no topic.", where);
      }
      firstNs ??= wholeSeconds(span.startNs) * nsPerSecond;
      const [startNs, endNs] = [span.startNs - firstNs, span.endNs - firstNs];
      if (startNs < -nearNs || endNs > nearNs) {
        far.push({ row, startNs, endNs });
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
      for (const { row, startNs, endNs } of far) {
        row.startNs = Number(startNs - offsetNs);
        row.endNs = Number(endNs - offsetNs);
        keep(row);
      }
      const traces = new Map<string, Trace>();
      for (const traceId of [...byTrace.keys()].sort()) {
        traces.set(traceId, traceOf(traceId, byTrace.get(traceId) ?? [], problems, gaps));
        byTrace.delete(traceId);
      }
      return { originNs: (firstNs ?? 0n) + offsetNs, traces, spans, problems, gaps };
    },
  };
}

/** Rounded down, also before the epoch: division of bigints cuts towards zero. */
function wholeSeconds(ns: bigint): bigint {
  const seconds = ns / nsPerSecond;
  return seconds * nsPerSecond > ns ? seconds - 1n : seconds;
}

function move(row: Row, ns: number): void {
  row.startNs += ns;
  row.endNs += ns;
}

function rowOf(span: Span, shared: (text: string) => string, note: Note): Row {
  const message = messageOf(span, note);
  const operation = textOf(span, "workload");
  return {
    traceId: span.traceId,
    spanId: span.spanId,
    parentSpanId: span.parentSpanId || undefined,
    links: span.links?.length ? span.links : none,
    name: shared(span.name),
    service: shared(span.service ?? ""),
    startNs: 0,
    endNs: 0,
    failed: span.failed ?? false,
    message,
    work:
      operation === undefined
        ? undefined
        : {
            operation: shared(operation),
            intensity: textOf(span, "intensity"),
            queueMs: threadQueueOf(span, note) ?? 0,
            cpuMs: cpuTimeOf(span, note),
            memoryMb: memoryOf(span, note),
          },
    orderId: textOf(span, "orderId"),
    attempt: numberOf(span, "attempt"),
  };
}
