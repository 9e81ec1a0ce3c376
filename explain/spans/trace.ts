import type { ProblemLog } from "../problem-log.ts";
import type { SpanKind, SpanLink } from "../span.ts";
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
  readonly kind: SpanKind | undefined;
  /** Name of the instrumentation scope. */
  readonly scope: string | undefined;
  startNs: number;
  endNs: number;
  readonly failed: boolean;
  /** Replaced where the spans around it show that it does something else than it says; see deliveries/roles.ts. */
  message: MessageFacts | undefined;
  readonly work: WorkFacts | undefined;
  readonly orderId: string | undefined;
  readonly attempt: number | undefined;
};

/** What our workloads record about an operation. */
type WorkFacts = {
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

/** Sorts the rows of a trace, each span once; reports what is skipped and what is missing. */
export function traceOf(traceId: string, all: readonly Row[], problems: ProblemLog, gaps: ProblemLog): Trace {
  const rows = all.filter(({ startNs, endNs, spanId }) => {
    if (startNs > -Number(nearNs) && endNs < Number(nearNs)) return true;
    problems.add(
      "The span is months away from the others; it is ignored.",
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
    problems.add(
      same
        ? "The same span was read more than once; it counts once."
        : "Different spans of one trace have the same id; the earliest one counts.",
      `trace ${traceId}, span ${row.spanId}`,
    );
    return false;
  });
  reportBadParents(unique, bySpanId, gaps);
  return { traceId, rows: unique, bySpanId };
}

/**
 * Total order of the rows of a trace, so that the order in which spans arrive does not matter. Among rows with the same id
 * and times, the one with more facts comes first.
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

function reportBadParents(rows: readonly Row[], bySpanId: ReadonlyMap<string, Row>, gaps: ProblemLog): void {
  /** Rows whose ancestors have been checked. */
  const checked = new Set<Row>();
  for (const row of rows) {
    const above = row.parentSpanId === undefined ? undefined : bySpanId.get(row.parentSpanId);
    // The usual case, because parents start first.
    if (above ? checked.has(above) : row.parentSpanId === undefined) {
      checked.add(row);
      continue;
    }
    const path = new Set<Row>();
    let at: Row | undefined = row;
    while (at && !checked.has(at) && !path.has(at)) {
      path.add(at);
      const parent: Row | undefined = bySpanId.get(at.parentSpanId ?? "");
      if (at.parentSpanId !== undefined && !parent) {
        gaps.add("The span's parent is missing.", `trace ${at.traceId}, span ${at.spanId}`);
      }
      at = parent;
    }
    if (at && path.has(at)) {
      gaps.add("The parents of spans form a cycle.", `trace ${at.traceId}, span ${at.spanId}`);
    }
    for (const seen of path) checked.add(seen);
  }
}
