import type { ProblemLog } from "../problem-log.ts";
import type { SpanLink } from "../span.ts";
import { wholeTraceOf } from "./build-trace.ts";
import { nearNs } from "./checked-numbers.ts";
import { reduceTrace } from "./reduce-trace.ts";
import { joinedServices, type ServiceFacts } from "./service-log.ts";
import { batchSpans, hasFailedIn, kindIn, type SpanBatch, wholeSeconds } from "./span-batch.ts";
import { createSpanReader, type ReadReport } from "./span-reader.ts";
import type { Trace, WholeRow, WholeTrace } from "./trace.ts";
import { createTraceLookup, joinedIds } from "./trace-ids.ts";

export type TraceTable = {
  /** Time 0 of all rows, nanoseconds since the Unix epoch. */
  readonly originNs: bigint;
  /** By id. */
  readonly traces: ReadonlyMap<string, Trace>;
  /** The trace of an id, of which only 64 bits may be known. */
  readonly traceOf: (traceId: string) => Trace | undefined;
  readonly spans: number;
  /** When the last span ended, ns since the origin. */
  readonly lastNs: number;
  /** By name: those that record spans of messages. */
  readonly services: ReadonlyMap<string, ServiceFacts>;
  /** Spans that were ignored. */
  readonly problems: ProblemLog;
  /** Spans that are incomplete but used. */
  readonly gaps: ProblemLog;
};

const none: readonly SpanLink[] = [];
const nsPerSecond = 1_000_000_000n;

/** Groups spans, which may arrive in any order, by trace. */
export function createTraceTable() {
  const reader = createSpanReader();
  const batches: SpanBatch[] = [];
  const reports: ReadReport[] = [];

  function* wholeTraces(
    originNs: bigint,
    { problems, gaps }: Pick<TraceTable, "problems" | "gaps">,
    all: readonly SpanBatch[],
  ): Generator<WholeTrace> {
    const { ids, starts, order } = sortedByTrace(all, gaps);
    const texts = internedTexts(all);
    for (const [n, traceId] of ids.entries()) {
      const rows: WholeRow[] = [];
      for (let at = starts[n] ?? 0; at < (starts[n + 1] ?? 0); at += 1) {
        const place = order[at] ?? 0;
        const b = Math.floor(place / batchSpans);
        const batch = all[b];
        if (batch) rows.push(rowOf(batch, place % batchSpans, traceId, texts[b] ?? [], originNs));
      }
      yield wholeTraceOf(traceId, rows, problems, gaps);
    }
  }

  return {
    add: reader.add,

    /** Adds spans that another thread has read. */
    addBatch(batch: SpanBatch): void {
      batches.push(batch);
    },

    /** Adds what another thread reports at its end. */
    addReport(report: ReadReport): void {
      reports.push(report);
    },

    /** Call once. */
    finish(): TraceTable {
      const own = reader.end();
      const { problems, gaps } = own;
      for (const report of reports) {
        for (const { what, where, count } of report.problems) problems.add(what, where, count);
        for (const { what, where, count } of report.gaps) gaps.add(what, where, count);
      }
      const all = [...batches.splice(0), ...own.batches];
      const originNs = originOf(all);
      const traces = new Map<string, Trace>();
      let lastNs = 0;
      for (const whole of wholeTraces(originNs, own, all)) {
        for (const { endNs } of whole.rows) lastNs = Math.max(lastNs, endNs);
        traces.set(whole.traceId, reduceTrace(whole, gaps));
      }
      const spans = reports.reduce((sum, one) => sum + one.spans, own.spans);
      const services = joinedServices([own.services, ...reports.map((report) => report.services)]);
      return {
        originNs,
        traces,
        traceOf: createTraceLookup(traces),
        spans,
        lastNs,
        services,
        problems,
        gaps,
      };
    },
  };
}

/**
 * The second of the earliest span, ns since the epoch. Only spans near the median count, because a few spans with a broken clock
 * must not move the origin away from the others.
 */
function originOf(batches: readonly SpanBatch[]): bigint {
  const seconds = new Float64Array(batches.reduce((sum, { count }) => sum + count, 0));
  let at = 0;
  for (const { count, baseNs, times } of batches) {
    const base = Number(wholeSeconds(baseNs));
    for (let n = 0; n < count; n += 1) seconds[at++] = base + Math.floor((times[2 * n] ?? 0) / 1e9);
  }
  const sorted = seconds.sort();
  const middle = sorted[sorted.length >> 1] ?? 0;
  const first = sorted.find((second) => second > middle - Number(nearNs) / 1e9) ?? 0;
  return BigInt(first) * nsPerSecond;
}

/** The ids of the traces in order, and the places of their spans: batch times `batchSpans`, plus the index in the batch. */
function sortedByTrace(batches: readonly SpanBatch[], gaps: ProblemLog) {
  const ids = [...new Set(batches.flatMap(({ traces }) => traces))];
  const joined = joinedIds(ids, gaps);
  const sorted = (joined.size === 0 ? ids : ids.filter((id) => !joined.has(id))).sort();
  const indexOf = new Map(sorted.map((id, n) => [id, n]));
  const traceOf = batches.map(({ traces }) =>
    Int32Array.from(traces, (id) => indexOf.get(joined.get(id) ?? id) ?? 0),
  );
  const starts = new Int32Array(sorted.length + 1);
  batches.forEach(({ trace }, b) => {
    const indices = traceOf[b];
    for (const local of trace) {
      const n = (indices?.[local] ?? 0) + 1;
      starts[n] = (starts[n] ?? 0) + 1;
    }
  });
  for (let n = 1; n < starts.length; n += 1) starts[n] = (starts[n] ?? 0) + (starts[n - 1] ?? 0);
  const next = starts.slice();
  const order = new Int32Array(starts.at(-1) ?? 0);
  batches.forEach(({ trace }, b) => {
    const indices = traceOf[b];
    trace.forEach((local, n) => {
      const index = indices?.[local] ?? 0;
      const place = next[index] ?? 0;
      order[place] = b * batchSpans + n;
      next[index] = place + 1;
    });
  });
  return { ids: sorted, starts, order };
}

/** The texts of each batch, one copy of each. */
function internedTexts(batches: readonly SpanBatch[]): readonly (readonly string[])[] {
  const known = new Map<string, string>();
  return batches.map(({ texts }) =>
    texts.map((text) => {
      const one = known.get(text);
      if (one !== undefined) return one;
      known.set(text, text);
      return text;
    }),
  );
}

function rowOf(
  batch: SpanBatch,
  n: number,
  traceId: string,
  texts: readonly string[],
  originNs: bigint,
): WholeRow {
  const { ids, idEnds, times, words, flags, attempts, messages, works, links } = batch;
  const idEnd = idEnds[2 * n] ?? 0;
  const parentEnd = idEnds[2 * n + 1] ?? 0;
  const shiftNs = shiftOf(batch, originNs);
  const flag = flags[n] ?? 0;
  const attempt = attempts[n] ?? Number.NaN;
  const word = 4 * n;
  return {
    traceId,
    spanId: ids.slice(n === 0 ? 0 : (idEnds[2 * n - 1] ?? 0), idEnd),
    parentSpanId: parentEnd > idEnd ? ids.slice(idEnd, parentEnd) : undefined,
    links: (links.size > 0 && links.get(n)) || none,
    name: texts[words[word] ?? -1] ?? "",
    kind: kindIn(flag),
    service: texts[words[word + 1] ?? -1] ?? "",
    scope: texts[words[word + 2] ?? -1],
    startNs: (times[2 * n] ?? 0) + shiftNs,
    endNs: (times[2 * n + 1] ?? 0) + shiftNs,
    failed: hasFailedIn(flag),
    message: messages[batch.message[n] ?? -1],
    work: works[batch.work[n] ?? -1],
    orderId: texts[words[word + 3] ?? -1],
    attempt: Number.isNaN(attempt) ? undefined : attempt,
  };
}

const shifts = new WeakMap<SpanBatch, number>();

/** From the times of a batch to those since the origin. */
function shiftOf(batch: SpanBatch, originNs: bigint): number {
  const known = shifts.get(batch);
  if (known !== undefined) return known;
  const shiftNs = Number(batch.baseNs - originNs);
  shifts.set(batch, shiftNs);
  return shiftNs;
}
