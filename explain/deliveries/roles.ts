import { createSearchUp } from "../spans/ancestors.ts";
import { handlingNames } from "../spans/dialects/dialects.ts";
import type { MessageFacts } from "../spans/message.ts";
import type { Row, Trace } from "../spans/trace.ts";
import type { TraceTable } from "../spans/trace-table.ts";

/** A receive span for one message. */
type Receive = {
  readonly row: Row;
  readonly message: MessageFacts;
  /** Spans below it in its service that are not messaging spans and begin while it lasts. */
  readonly inside: number;
  /** The only such span that begins when it has ended. */
  readonly after: Row | undefined;
};

/** Spans of one instrumentation all mean the same, but some lack children. */
const mostOf = 0.5;
const nearlyAllOf = 0.8;

/**
 * Finds the handlings that instrumentations call something else, and marks their spans:
 *
 *     receive ├──────────────┤          receive ├┤
 *       work     ├────────┤               on-message   ├──────────────┤
 *     a listener's span: it handles     a poll: the span below it handles
 */
export function inferRoles({ traces }: TraceTable): void {
  const byScope = Map.groupBy(
    [...traces.values()].flatMap((trace) => receivesOf(trace)),
    ({ row }) => row.scope ?? `service ${row.service}`,
  );
  for (const receives of byScope.values()) {
    const handles = receives.filter(({ inside }) => inside > 0).length;
    const handsOn = receives.filter(({ after }) => after !== undefined).length;
    if (handles > 0 && handles >= (handles + handsOn) * mostOf) {
      for (const { row, message } of receives) row.message = handling(message);
      continue;
    }
    const isRule = handsOn >= receives.length * nearlyAllOf;
    for (const { after, message } of receives) {
      if (after && (isRule || handlingNames.has(after.name))) after.message = handling(message);
    }
  }
}

function handling(message: MessageFacts): MessageFacts {
  return { ...message, role: "process", isInferred: true };
}

function receivesOf({ rows }: Trace): Receive[] {
  const received = rows.filter(isForOneMessage);
  if (received.length === 0) return [];
  const below = Map.groupBy(rows, ({ above }) => above);
  return received.flatMap((row): Receive[] => {
    const { message, beganInside } = row;
    const children = below.get(row) ?? [];
    // The handling has a span of its own.
    const isHandled = children.some(({ message: own }) => own?.role === "process" || own?.role === "receive");
    if (!message || isHandled) return [];
    const later = children.filter((child) => !child.message);
    return [{ row, message, inside: beganInside, after: later.length === 1 ? later[0] : undefined }];
  });
}

function isForOneMessage({ message, kind, links }: Row): boolean {
  return (
    message?.role === "receive" && kind === "consumer" && links.length < 2 && (message.batchCount ?? 1) === 1
  );
}

/** From this share of a stage's handlings on, work that begins after its span has ended is the rule. */
const elsewhereShare = 0.2;
/** Work that begins this long after the span of its handling has ended is not jitter. */
const lateNs = 2_000_000;

/**
 * Stages whose spans end while the handling goes on: in a thread pool, a goroutine, after an unawaited call. Work below the
 * span then begins after it has ended. By stage, how late the latest work began; `stageOf` names the stage of a handling's span.
 */
export function handledElsewhere(
  { traces }: TraceTable,
  stageOf: (row: Row) => string | undefined,
): ReadonlyMap<string, number> {
  const above = createSearchUp((row) => row.message?.role === "process" || row.message?.role === "receive");

  /** Calls `each` with every begin of work below a handling's span, in its service. */
  function eachBegin(each: (handled: Row, beginNs: number) => void): void {
    for (const { rows } of traces.values()) {
      for (const row of rows) {
        const beganNs = row.below?.lastBeginNs ?? Number.NEGATIVE_INFINITY;
        if (row.message?.role === "process" && beganNs > Number.NEGATIVE_INFINITY) each(row, beganNs);
        const handled = row.message?.role === "send" ? above(row) : undefined;
        if (handled?.message?.role === "process" && handled.service === row.service)
          each(handled, row.startNs);
      }
    }
  }

  const stages = new Map<string, { readonly working: Set<Row>; readonly late: Set<Row>; latestNs: number }>();
  eachBegin((handled, beginNs) => {
    const afterNs = beginNs - handled.endNs;
    if (afterNs < lateNs) return;
    const stage = stageOf(handled) ?? "";
    const found = stages.get(stage) ?? { working: new Set(), late: new Set(), latestNs: 0 };
    stages.set(stage, found);
    found.late.add(handled);
    found.latestNs = Math.max(found.latestNs, afterNs);
  });
  // The usual case.
  if (stages.size === 0) return new Map();
  eachBegin((handled) => stages.get(stageOf(handled) ?? "")?.working.add(handled));
  return new Map(
    [...stages].flatMap(([stage, { working, late, latestNs }]) =>
      late.size >= working.size * elsewhereShare ? [[stage, latestNs]] : [],
    ),
  );
}
