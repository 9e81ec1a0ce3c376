import type { WholeSpan } from "../../../explain/span.ts";
import type { OrderAnswer } from "../../api.ts";
import { waitSegments } from "../time/wait-segments.ts";

/** A row of the waterfall: a span, or the wait before a delivery. */
export type WaterfallRow = SpanRow | WaitRow;

type SpanRow = {
  readonly kind: "span";
  readonly id: string;
  readonly depth: number;
  readonly span: WholeSpan;
};

export type WaitRow = {
  readonly kind: "wait";
  readonly id: string;
  readonly depth: number;
  readonly stage: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly segments: readonly WaterfallSegment[];
  /** The wait span, where the service wrote one. */
  readonly span: WholeSpan | undefined;
};

type WaterfallSegment = {
  readonly fromMs: number;
  readonly toMs: number;
  /** Undefined when the wait has too many segments. */
  readonly cause: string | undefined;
  readonly isProven: boolean;
  readonly blocker: { readonly name: string; readonly order: string } | undefined;
};

/**
 * Spans in tree order, children by start, each delivery's span preceded by its wait. The wait replaces the wait span of the
 * service.
 */
export function waterfallRows(answer: OrderAnswer): WaterfallRow[] {
  const waits = new Map(waitRows(answer).map((row) => [row.id.slice("wait ".length), row]));
  const waitSpans = answer.spans.filter(isWaitSpan);
  const shown = waits.size > 0 ? answer.spans.filter((span) => !isWaitSpan(span)) : answer.spans;
  const known = new Set(shown.map(({ id }) => id));
  const children = Map.groupBy(
    shown.toSorted((a, b) => a.startedAtMs - b.startedAtMs || b.endedAtMs - a.endedAtMs),
    ({ parentId }) => (parentId !== undefined && known.has(parentId) ? parentId : ""),
  );
  const rows: WaterfallRow[] = [];
  const seen = new Set<string>();
  const add = (span: WholeSpan, depth: number) => {
    // Foreign spans may be each other's parents.
    if (seen.has(span.id)) return;
    seen.add(span.id);
    const wait = waits.get(spanIdOf(span.id));
    if (wait) {
      const own = waitSpans.find(({ parentId }) => parentId === span.parentId);
      rows.push({ ...wait, depth, span: own });
    }
    rows.push({ kind: "span", id: span.id, depth, span });
    for (const child of children.get(span.id) ?? []) add(child, depth + 1);
  };
  for (const root of children.get("") ?? []) add(root, 0);
  for (const span of shown) add(span, 0);
  return rows;
}

function isWaitSpan({ attributes }: WholeSpan): boolean {
  return attributes["holdup.wait.ms"] !== undefined;
}

/** An id is a span id, or a trace id and a span id. */
function spanIdOf(id: string): string {
  return id.slice(id.lastIndexOf("/") + 1);
}

function waitRows({ deliveries, originMs }: OrderAnswer): WaitRow[] {
  return deliveries.flatMap((delivery): WaitRow[] => {
    const { spanId, stage, wait, availableAtNs, startedAtNs } = delivery;
    if (!wait || availableAtNs === undefined || wait.ns <= 0) return [];
    const names = new Map(
      wait.blockers.map((ref) => [ref.spanId, { name: ref.order, order: ref.orderId ?? ref.traceId }]),
    );
    const at = (ns: number) => originMs + ns / 1e6;
    const whole = {
      fromMs: at(availableAtNs),
      toMs: at(startedAtNs),
      cause: undefined,
      isProven: true,
      blocker: undefined,
    };
    const segments = waitSegments(delivery, originMs)?.map(
      ({ blocker, ...segment }): WaterfallSegment => ({
        ...segment,
        blocker: blocker && (names.get(blocker.spanId) ?? { name: "another order", order: blocker.traceId }),
      }),
    );
    return [
      {
        kind: "wait",
        id: `wait ${spanId}`,
        depth: 0,
        stage,
        fromMs: whole.fromMs,
        toMs: whole.toMs,
        segments: segments ?? [whole],
        span: undefined,
      },
    ];
  });
}

/** The time range of all rows. */
export function extentOf(rows: readonly WaterfallRow[]): { readonly fromMs: number; readonly toMs: number } {
  let fromMs = Number.POSITIVE_INFINITY;
  let toMs = Number.NEGATIVE_INFINITY;
  for (const row of rows) {
    fromMs = Math.min(fromMs, row.kind === "span" ? row.span.startedAtMs : row.fromMs);
    toMs = Math.max(toMs, row.kind === "span" ? row.span.endedAtMs : row.toMs);
  }
  return fromMs < toMs ? { fromMs, toMs } : { fromMs: 0, toMs: 1 };
}
