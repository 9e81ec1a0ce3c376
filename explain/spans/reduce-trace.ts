import type { ProblemLog } from "../problem-log.ts";
import { parentOf } from "./shared-ids.ts";
import type { Below, Row, Trace, WholeRow, WholeTrace } from "./trace.ts";
import { workOf } from "./work.ts";

/** A row on the way to its final form. */
type Draft = {
  readonly row: WholeRow;
  parent: Draft | undefined;
  /** The row that stays, for a row that does. */
  kept: { -readonly [K in keyof Row]: Row[K] } | undefined;
  /** The nearest row above that stays; defined once `isSettled`. */
  above: Draft | undefined;
  rootNs: number;
  isSettled: boolean;
  /** Rows that do not stay, for which this is the nearest row that stays. */
  below: Draft[] | undefined;
};

/**
 * Keeps what explain needs of a trace: the rows of messages, and what the other spans show about them. Reports parents that are
 * missing or form a cycle.
 */
export function reduceTrace(trace: WholeTrace, gaps: ProblemLog): Trace {
  const drafts = new Map<WholeRow, Draft>();
  for (const row of trace.rows) {
    const draft: Draft = {
      row,
      parent: undefined,
      kept: undefined,
      above: undefined,
      rootNs: row.startNs,
      isSettled: false,
      below: undefined,
    };
    drafts.set(row, draft);
  }
  const orphans: { service: string; startNs: number }[] = [];
  for (const draft of drafts.values()) {
    const { row } = draft;
    const parent = parentOf(trace, row);
    draft.parent = parent && drafts.get(parent);
    if (row.parentSpanId !== undefined && !parent) {
      gaps.add("The span's parent is missing.", `trace ${row.traceId}, span ${row.spanId}`);
      if (!row.message) orphans.push({ service: row.service, startNs: row.startNs });
    }
    if (!row.message && !mayHandle(row, parent)) continue;
    draft.kept = keptRow(row);
    if (!parent) draft.kept.missingParentId = row.parentSpanId;
  }
  const rows: Row[] = [];
  for (const draft of drafts.values()) {
    settle(draft, gaps);
    const { row, kept, above, parent } = draft;
    if (parent?.kept && isInside(row, parent.row)) parent.kept.beganInside += 1;
    if (kept) {
      kept.above = above?.kept;
      kept.rootNs = draft.rootNs;
      rows.push(kept);
    } else if (above && above.row.message?.role !== "send") {
      if (above.below) above.below.push(draft);
      else above.below = [draft];
    }
  }
  for (const { kept, row, below } of drafts.values()) {
    if (kept && row.message?.role !== "send") kept.below = below ? belowOf(row, below) : nothing;
  }
  return {
    traceId: trace.traceId,
    rows,
    orderId: onlyOrderOf(trace.rows),
    orphans: orphans.length > 0 ? orphans : none,
  };
}

function onlyOrderOf(rows: readonly WholeRow[]): string | undefined {
  let only: string | undefined;
  for (const { orderId } of rows) {
    if (orderId === undefined || orderId === only) continue;
    if (only !== undefined) return undefined;
    only = orderId;
  }
  return only;
}

const none: Trace["orphans"] = [];
const nothing: Below = { work: [], attempts: undefined, lastBeginNs: Number.NEGATIVE_INFINITY };

/** Whether a row without a message may be the handling of the one that its parent received. */
function mayHandle(row: WholeRow, parent: WholeRow | undefined): boolean {
  return (
    parent?.message?.role === "receive" &&
    parent.kind === "consumer" &&
    parent.service === row.service &&
    row.startNs >= parent.endNs
  );
}

/** Whether a row began while its parent, a receive span of its service, lasted. */
function isInside(row: WholeRow, parent: WholeRow): boolean {
  return (
    parent.message?.role === "receive" &&
    row.service === parent.service &&
    row.startNs >= parent.startNs &&
    row.startNs < parent.endNs
  );
}

function keptRow({
  traceId,
  spanId,
  links,
  name,
  kind,
  service,
  scope,
  startNs,
  endNs,
  failed,
  orderId,
  message,
}: WholeRow): NonNullable<Draft["kept"]> {
  return {
    ...{ traceId, spanId, links, name, kind, service, scope, startNs, endNs, failed, orderId, message },
    above: undefined,
    missingParentId: undefined,
    rootNs: startNs,
    below: undefined,
    beganInside: 0,
  };
}

/** Finds the nearest row above that stays, and the root, of a row and of all rows above it. */
function settle(draft: Draft, gaps: ProblemLog): void {
  const path: Draft[] = [];
  const isOnPath = new Set<Draft>();
  let at: Draft | undefined = draft;
  while (at && !at.isSettled && !isOnPath.has(at)) {
    path.push(at);
    isOnPath.add(at);
    at = at.parent;
  }
  if (at && !at.isSettled) {
    const circle = path.slice(path.indexOf(at));
    gaps.add("The parents of spans form a cycle.", `trace ${at.row.traceId}, span ${at.row.spanId}`);
    const rootNs = circle.reduce((ns, { row }) => Math.min(ns, row.startNs), Number.POSITIVE_INFINITY);
    for (const one of circle) {
      one.rootNs = rootNs;
      one.above = nearestInCircle(one);
      one.isSettled = true;
    }
  }
  for (const one of path.reverse()) {
    if (one.isSettled) continue;
    one.isSettled = true;
    if (!one.parent) continue;
    one.rootNs = one.parent.rootNs;
    one.above = one.parent.kept ? one.parent : one.parent.above;
  }
}

function nearestInCircle(draft: Draft): Draft | undefined {
  for (let at = draft.parent; at && at !== draft; at = at.parent) if (at.kept) return at;
  return undefined;
}

function belowOf({ service }: WholeRow, drafts: readonly Draft[]): Below {
  let [firstNs, lastNs] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  let lastBeginNs = Number.NEGATIVE_INFINITY;
  const isParent = new Set<Draft | undefined>();
  for (const { row, parent } of drafts) {
    isParent.add(parent);
    if (row.service === service) lastBeginNs = Math.max(lastBeginNs, row.startNs);
    if (row.attempt === undefined) continue;
    firstNs = Math.min(firstNs, row.startNs);
    lastNs = Math.max(lastNs, row.startNs);
  }
  const all = drafts.map(({ row }) => row);
  const leaves = drafts.flatMap((draft) => (isParent.has(draft) ? [] : draft.row));
  return {
    work: workOf(all, leaves),
    attempts: firstNs <= lastNs ? { firstNs, lastNs } : undefined,
    lastBeginNs,
  };
}
