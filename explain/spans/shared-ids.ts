import type { ProblemLog } from "../problem-log.ts";
import type { WholeRow, WholeTrace } from "./trace.ts";

/** What the rows of one trace show about spans with equal ids: the given rows without versions that a longer one replaces. */
export type Distinct = Omit<WholeTrace, "traceId">;

/**
 * Separates spans that were read more than once from different spans that share an id, as the two halves of a call do in Zipkin:
 * its sender's span and its receiver's. Spans of one kind and service that overlap are versions of one span; the
 * longest counts. `sorted` are rows by start.
 */
export function distinctRows(sorted: readonly WholeRow[], problems: ProblemLog, gaps: ProblemLog): Distinct {
  const bySpanId = new Map<string, WholeRow>();
  const halves = new Map<string, WholeRow[]>();
  for (const row of sorted) {
    const known = bySpanId.get(row.spanId);
    if (!known) bySpanId.set(row.spanId, row);
    else {
      const ofId = halves.get(row.spanId);
      if (ofId) ofId.push(row);
      else halves.set(row.spanId, [known, row]);
    }
  }
  if (halves.size === 0) return { rows: sorted, bySpanId, shared: undefined };

  const replaced = new Set<WholeRow>();
  const shared = new Map<string, readonly WholeRow[]>();
  for (const [spanId, rows] of halves) {
    const kept = withoutVersions(rows, { replaced, problems, gaps });
    const [first] = kept;
    if (first) bySpanId.set(spanId, first);
    if (kept.length > 1) shared.set(spanId, kept);
  }
  return {
    rows: sorted.filter((row) => !replaced.has(row)),
    bySpanId,
    shared: shared.size > 0 ? shared : undefined,
  };
}

type Versions = {
  readonly replaced: Set<WholeRow>;
  readonly problems: ProblemLog;
  readonly gaps: ProblemLog;
};

function withoutVersions(rows: readonly WholeRow[], { replaced, problems, gaps }: Versions): WholeRow[] {
  const kept = new Map<string, WholeRow[]>();
  for (const row of rows) {
    const where = `trace ${row.traceId}, span ${row.spanId}`;
    const who = JSON.stringify([row.kind, row.service]);
    const others = kept.get(who) ?? [];
    kept.set(who, others);
    const at = others.findLastIndex((other) => isVersion(other, row));
    const version = others[at];
    if (!version) {
      if (others.length > 0)
        gaps.add("Spans of one trace, kind and service have the same id; all are used.", where);
      others.push(row);
      continue;
    }
    problems.add("The span was read more than once; its longest version counts.", where);
    const isLonger = row.endNs - row.startNs > version.endNs - version.startNs;
    replaced.add(isLonger ? version : row);
    if (isLonger) others[at] = row;
  }
  return rows.filter((row) => !replaced.has(row));
}

/** Whether a row of the same kind and service, which starts no earlier, is the same span. */
function isVersion(first: WholeRow, row: WholeRow): boolean {
  // A copy may have taken another way, on which its resource was changed.
  if (row.startNs === first.startNs && row.endNs === first.endNs && row.name === first.name) return true;
  const [one, other] = [first.message?.consumer.instance, row.message?.consumer.instance];
  if (one !== undefined && other !== undefined && one !== other) return false;
  return row.startNs < first.endNs || row.startNs === first.startNs;
}

/**
 * The parent of a row. A receiver whose id its sender shares is its child. Below a shared id, a span belongs to the half of its
 * own service, and to the one that was running when it started.
 */
export function parentOf({ bySpanId, shared }: WholeTrace, row: WholeRow): WholeRow | undefined {
  const { parentSpanId } = row;
  if (shared) {
    const sender =
      isReceiver(row) && shared.get(row.spanId)?.find((half) => half !== row && isSenderOf(half, row));
    if (sender) return sender;
    const halves = parentSpanId === undefined ? undefined : shared.get(parentSpanId);
    if (halves) return halfAbove(halves, row);
  }
  return parentSpanId === undefined ? undefined : bySpanId.get(parentSpanId);
}

function isReceiver({ kind, message }: WholeRow): boolean {
  if (kind === "consumer" || kind === "server") return true;
  return kind === undefined && message !== undefined && message.role !== "send";
}

function isSenderOf({ kind, message }: WholeRow, receiver: WholeRow): boolean {
  if (receiver.kind === "server") return kind === "client";
  return kind === "producer" || (kind !== "consumer" && message?.role === "send");
}

function halfAbove(halves: readonly WholeRow[], row: WholeRow): WholeRow | undefined {
  let best: WholeRow | undefined;
  let bestRank = -1;
  for (const half of halves) {
    if (half === row) continue;
    const isRunning = half.startNs <= row.startNs && row.startNs <= half.endNs;
    const rank = (half.service === row.service ? 4 : 0) + (isRunning ? 2 : 0) + (isReceiver(half) ? 1 : 0);
    if (rank <= bestRank) continue;
    best = half;
    bestRank = rank;
  }
  return best;
}
