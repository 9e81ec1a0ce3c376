import type { ProblemLog } from "../problem-log.ts";
import { compareText } from "../waits/run.ts";
import { nearNs } from "./checked-numbers.ts";
import { distinctRows } from "./shared-ids.ts";
import type { WholeRow, WholeTrace } from "./trace.ts";

/** Sorts the rows of a trace, each span once; reports what is skipped and replaced. */
export function wholeTraceOf(
  traceId: string,
  all: readonly WholeRow[],
  problems: ProblemLog,
  gaps: ProblemLog,
): WholeTrace {
  const rows = all.filter(({ startNs, endNs, spanId }) => {
    if (startNs > -Number(nearNs) && endNs < Number(nearNs)) return true;
    problems.add(
      "The span is months away from the others; it is ignored.",
      `trace ${traceId}, span ${spanId}`,
    );
    return false;
  });
  rows.sort(byTime);
  return { traceId, ...distinctRows(rows, problems, gaps) };
}

/**
 * Total order of the rows of a trace, so that the order in which spans arrive does not matter. Among rows with the same id
 * and times, the one with more facts comes first.
 */
function byTime(a: WholeRow, b: WholeRow): number {
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
}: WholeRow): string {
  return JSON.stringify([name, kind, service, parentSpanId, links, failed, message, work, orderId, attempt]);
}
