import type { Span, SpanLink } from "../span.ts";
import { numberOf, textOf } from "./attributes.ts";
import { type MessageFacts, messageOf } from "./message.ts";
import { createProblemLog, type ProblemLog } from "./problem-log.ts";

/** A span reduced to what explain needs. Times are nanoseconds since the table's origin. */
export type Row = {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string | undefined;
  readonly links: readonly SpanLink[];
  readonly name: string;
  readonly service: string;
  startNs: number;
  endNs: number;
  readonly failed: boolean;
  readonly message: MessageFacts | undefined;
  readonly work: WorkFacts | undefined;
  readonly orderId: string | undefined;
  readonly attempt: number | undefined;
};

/** What our workloads say of an operation. */
export type WorkFacts = {
  readonly operation: string;
  readonly intensity: string | undefined;
  readonly queueMs: number;
  readonly cpuMs: number | undefined;
};

/** The spans of one trace. */
export type Trace = {
  readonly traceId: string;
  /** By start. */
  readonly rows: readonly Row[];
  readonly bySpanId: ReadonlyMap<string, Row>;
};

export type TraceTable = {
  /** Nanoseconds since the Unix epoch of the time 0 of all rows. */
  readonly originNs: bigint;
  /** By id. */
  readonly traces: ReadonlyMap<string, Trace>;
  readonly spans: number;
  readonly problems: ProblemLog;
};

type Waiting = { readonly row: Row; readonly startNs: bigint; readonly endNs: bigint };

const none: readonly SpanLink[] = [];
const nsPerSecond = 1_000_000_000n;
/** Differences up to here are whole nanoseconds in a number: 104 days. */
const farthestNs = BigInt(Number.MAX_SAFE_INTEGER);
const nearSeconds = Number(farthestNs / nsPerSecond) / 2;

/** Takes spans in any order, and gives them back by trace. */
export function createTraceTable() {
  const byTrace = new Map<string, Waiting[]>();
  const problems = createProblemLog();
  const names = new Map<string, string>();
  let spans = 0;

  /** One copy of each text, however many spans carry it. */
  function shared(text: string): string {
    const known = names.get(text);
    if (known !== undefined) return known;
    names.set(text, text);
    return text;
  }

  return {
    add(span: Span): void {
      spans += 1;
      const where = `trace ${span.traceId}, span ${span.spanId}`;
      if (span.endNs < span.startNs) {
        problems.note("The span ends before it starts; it is left out.", where);
        return;
      }
      const row = rowOf(span, shared);
      if (!row.message && (span.kind === "consumer" || span.kind === "producer")) {
        problems.note("A consumer's or producer's span names no topic.", where);
      }
      const waiting = { row, startNs: span.startNs, endNs: span.endNs };
      const trace = byTrace.get(row.traceId);
      if (trace) trace.push(waiting);
      else byTrace.set(row.traceId, [waiting]);
    },

    finish(): TraceTable {
      const originNs = originOf(byTrace.values());
      const traces = new Map<string, Trace>();
      for (const traceId of [...byTrace.keys()].sort()) {
        traces.set(traceId, traceOf(traceId, byTrace.get(traceId) ?? [], originNs, problems));
        byTrace.delete(traceId);
      }
      return { originNs, traces, spans, problems };
    },
  };
}

function rowOf(span: Span, shared: (text: string) => string): Row {
  const message = messageOf(span);
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
            queueMs: numberOf(span, "workloadQueueMs") ?? 0,
            cpuMs: numberOf(span, "cpuMs"),
          },
    orderId: textOf(span, "orderId"),
    attempt: numberOf(span, "attempt"),
  };
}

/**
 * The second in which the earliest span starts; of those that are near the middle one, because a few spans with a broken
 * clock must not move it away from the others.
 */
function originOf(traces: Iterable<readonly Waiting[]>): bigint {
  const seconds = Float64Array.from(
    [...traces].flatMap((waiting) => waiting.map(({ startNs }) => Number(startNs / nsPerSecond))),
  ).sort();
  const middle = seconds[seconds.length >> 1] ?? 0;
  return BigInt(seconds.find((second) => second > middle - nearSeconds) ?? 0) * nsPerSecond;
}

function traceOf(
  traceId: string,
  waiting: readonly Waiting[],
  originNs: bigint,
  problems: ProblemLog,
): Trace {
  const rows: Row[] = [];
  for (const { row, startNs, endNs } of waiting) {
    const [start, end] = [startNs - originNs, endNs - originNs];
    if (start < -farthestNs || end > farthestNs) {
      problems.note(
        "The span is months away from the others; it is left out.",
        `trace ${traceId}, span ${row.spanId}`,
      );
      continue;
    }
    row.startNs = Number(start);
    row.endNs = Number(end);
    rows.push(row);
  }
  rows.sort(byTime);
  const bySpanId = new Map<string, Row>();
  const unique = rows.filter((row) => {
    const known = bySpanId.get(row.spanId);
    if (!known) {
      bySpanId.set(row.spanId, row);
      return true;
    }
    const same = byTime(known, row) === 0;
    problems.note(
      same
        ? "The same span came more than once; it counts once."
        : "Different spans of one trace have the same id; the earliest one counts.",
      `trace ${traceId}, span ${row.spanId}`,
    );
    return false;
  });
  noteParents(unique, bySpanId, problems);
  return { traceId, rows: unique, bySpanId };
}

/** Total order of the rows of a trace, so that nothing depends on the order in which spans came. */
function byTime(a: Row, b: Row): number {
  return (
    a.startNs - b.startNs ||
    a.endNs - b.endNs ||
    compare(a.spanId, b.spanId) ||
    compare(a.name, b.name) ||
    compare(a.service, b.service) ||
    compare(a.parentSpanId ?? "", b.parentSpanId ?? "")
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

function noteParents(rows: readonly Row[], bySpanId: ReadonlyMap<string, Row>, problems: ProblemLog): void {
  /** Rows from which going up ends well. */
  const sound = new Set<Row>();
  for (const row of rows) {
    const path = new Set<Row>();
    let at: Row | undefined = row;
    while (at && !sound.has(at) && !path.has(at)) {
      path.add(at);
      const parent: Row | undefined = bySpanId.get(at.parentSpanId ?? "");
      if (at.parentSpanId !== undefined && !parent) {
        problems.note("The span's parent is missing.", `trace ${at.traceId}, span ${at.spanId}`);
      }
      at = parent;
    }
    if (at && path.has(at)) {
      problems.note("Spans are each other's parents in a circle.", `trace ${at.traceId}, span ${at.spanId}`);
    }
    for (const seen of path) sound.add(seen);
  }
}

/** Goes from a row to its ancestors, the parent first; ends at a missing parent and in a circle. */
export function* ancestorsOf(trace: Trace, row: Row): Generator<Row> {
  const seen = new Set<Row>([row]);
  let at: Row | undefined = row;
  for (;;) {
    at = at.parentSpanId === undefined ? undefined : trace.bySpanId.get(at.parentSpanId);
    if (!at || seen.has(at)) return;
    seen.add(at);
    yield at;
  }
}
