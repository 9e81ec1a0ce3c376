import type { ProblemLog } from "../problem-log.ts";
import type { SpanLink } from "../span.ts";
import { compareText } from "../waits/run.ts";
import { nearNs } from "./checked-numbers.ts";
import type { MessageFacts } from "./message.ts";

export const nsPerMs = 1_000_000;

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
  readonly memoryMb: number | undefined;
};

/** The spans of one trace. */
export type Trace = {
  readonly traceId: string;
  /** By start. */
  readonly rows: readonly Row[];
  readonly bySpanId: ReadonlyMap<string, Row>;
};

/** Puts the rows of a trace in order, each span once; says what is left out, and what is missing. */
export function traceOf(traceId: string, all: readonly Row[], problems: ProblemLog, gaps: ProblemLog): Trace {
  const rows = all.filter(({ startNs, endNs, spanId }) => {
    if (startNs > -Number(nearNs) && endNs < Number(nearNs)) return true;
    problems.note(
      "The span is months away from the others; it is left out.",
      `trace ${traceId}, span ${spanId}`,
    );
    return false;
  });
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
  noteParents(unique, bySpanId, gaps);
  return { traceId, rows: unique, bySpanId };
}

/**
 * Total order of the rows of a trace, so that nothing depends on the order in which spans came. Of two with the same id
 * and times, the one that tells more is first.
 */
function byTime(a: Row, b: Row): number {
  return (
    a.startNs - b.startNs ||
    a.endNs - b.endNs ||
    compareText(a.spanId, b.spanId) ||
    compareFacts(factsOf(a), factsOf(b))
  );
}

function compareFacts(a: string, b: string): number {
  return b.length - a.length || compareText(a, b);
}

function factsOf({
  name,
  service,
  parentSpanId,
  links,
  failed,
  message,
  work,
  orderId,
  attempt,
}: Row): string {
  return JSON.stringify([name, service, parentSpanId, links, failed, message, work, orderId, attempt]);
}

function noteParents(rows: readonly Row[], bySpanId: ReadonlyMap<string, Row>, gaps: ProblemLog): void {
  /** Rows from which going up ends well. */
  const sound = new Set<Row>();
  for (const row of rows) {
    const above = row.parentSpanId === undefined ? undefined : bySpanId.get(row.parentSpanId);
    // Nearly always: parents begin first.
    if (above ? sound.has(above) : row.parentSpanId === undefined) {
      sound.add(row);
      continue;
    }
    const path = new Set<Row>();
    let at: Row | undefined = row;
    while (at && !sound.has(at) && !path.has(at)) {
      path.add(at);
      const parent: Row | undefined = bySpanId.get(at.parentSpanId ?? "");
      if (at.parentSpanId !== undefined && !parent) {
        gaps.note("The span's parent is missing.", `trace ${at.traceId}, span ${at.spanId}`);
      }
      at = parent;
    }
    if (at && path.has(at)) {
      gaps.note("Spans are each other's parents in a circle.", `trace ${at.traceId}, span ${at.spanId}`);
    }
    for (const seen of path) sound.add(seen);
  }
}
