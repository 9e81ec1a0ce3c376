import type { ProblemLog } from "../problem-log.ts";
import { compareText } from "../waits/run.ts";
import { nearNs } from "./checked-numbers.ts";
import { distinctRows, parentOf } from "./shared-ids.ts";
import type { Row, Trace } from "./trace.ts";

/** Sorts the rows of a trace, each span once; reports what is skipped, replaced and missing. */
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
  const trace = { traceId, ...distinctRows(rows, problems, gaps) };
  reportBadParents(trace, gaps);
  return trace;
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
  kind,
  service,
  parentSpanId,
  links,
  failed,
  message,
  work,
  orderId,
  attempt,
}: Row): string {
  return JSON.stringify([name, kind, service, parentSpanId, links, failed, message, work, orderId, attempt]);
}

function reportBadParents(trace: Trace, gaps: ProblemLog): void {
  /** Rows whose ancestors have been checked. */
  const checked = new Set<Row>();
  for (const row of trace.rows) {
    const above = parentOf(trace, row);
    // The usual case, because parents start first.
    if (above ? checked.has(above) : row.parentSpanId === undefined) {
      checked.add(row);
      continue;
    }
    const path = new Set<Row>();
    let at: Row | undefined = row;
    while (at && !checked.has(at) && !path.has(at)) {
      path.add(at);
      const parent: Row | undefined = parentOf(trace, at);
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
