import type { DatabaseSync } from "node:sqlite";
import { HoldupError, messageOf } from "../../core/errors.ts";
import type { IncomingGroup, IncomingSpan } from "../otlp/incoming.ts";
import type { Eviction } from "./evict.ts";
import type { Intern } from "./intern.ts";
import { asNumber } from "./rows.ts";
import { createTally } from "./tally.ts";

/** One step must delete more than a write adds, and stay short: some 10 ms. */
const sweepFloor = 1_000;

export type Written = {
  readonly stored: number;
  /** Spans that were there, in the same length or a greater one. */
  readonly duplicates: number;
  /** Spans that were there and are longer now. */
  readonly replaced: number;
  /** Spans that arrived after their trace had been evicted. */
  readonly late: number;
};

/** `evictedSpans` and `lateSpans` count from the start of the process. */
export type Counts = { spans: number; traces: number; evictedSpans: number; lateSpans: number };

export type Writer = {
  write: (groups: readonly IncomingGroup[]) => Written;
  /** Does one step of deferred deleting. */
  sweep: () => void;
  counts: () => Counts;
};

/** Row ids of what a span belongs to. */
type SpanRows = {
  readonly trace: number;
  readonly service: number;
  readonly operation: number;
  readonly origin: number;
};

type TraceState = { readonly id: number; added: number; startUs: number };

/** Stores requests, one transaction each: when `write` returns, its spans survive a crash of the process. */
export function createWriter(db: DatabaseSync, intern: Intern, eviction: Eviction, maxSpans: number): Writer {
  const findTrace = db.prepare("SELECT id FROM traces WHERE trace_id = ?");
  const addTrace = db.prepare("INSERT INTO traces(trace_id, start_us, span_count) VALUES (?, ?, 0)");
  const updateTrace = db.prepare(
    "UPDATE traces SET span_count = span_count + ?1, start_us = min(start_us, ?2) WHERE id = ?3",
  );
  const addSpan = db.prepare("INSERT OR IGNORE INTO spans VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  const key = "trace = ? AND span_id = ? AND start_us = ? AND service = ? AND kind = ?";
  const findSpan = db.prepare(
    `SELECT operation, origin, duration_ns, length(body) AS bytes FROM spans WHERE ${key}`,
  );
  const replaceSpan = db.prepare(
    `UPDATE spans SET parent_id = ?, operation = ?, origin = ?, duration_ns = ?, is_error = ?, body = ? WHERE ${key}`,
  );
  const sumUp = db.prepare(
    "SELECT count(*) AS traces, coalesce(sum(span_count), 0) AS spans FROM traces WHERE id > ?",
  );
  const tally = createTally(db);
  const sums = sumUp.get(eviction.through());
  const counts: Counts = {
    spans: asNumber(sums?.["spans"]),
    traces: asNumber(sums?.["traces"]),
    evictedSpans: 0,
    lateSpans: 0,
  };

  function traceOf(states: Map<string, TraceState>, span: IncomingSpan): TraceState {
    const { buffer, byteOffset, byteLength } = span.traceId;
    const key = Buffer.from(buffer, byteOffset, byteLength).toString("latin1");
    const known = states.get(key);
    if (known !== undefined) return known;
    const found = findTrace.get(span.traceId);
    const id =
      found === undefined
        ? Number(addTrace.run(span.traceId, span.startUs).lastInsertRowid)
        : asNumber(found["id"]);
    if (found === undefined) counts.traces += 1;
    const state = { id, added: 0, startUs: span.startUs };
    states.set(key, state);
    return state;
  }

  function insert(groups: readonly IncomingGroup[]): Written {
    const states = new Map<string, TraceState>();
    let stored = 0;
    let duplicates = 0;
    let replaced = 0;
    let late = 0;
    for (const group of groups) {
      if (group.spans.length === 0) continue;
      const service = intern.service(group.service);
      const origin = intern.origin(service, group);
      for (const span of group.spans) {
        const trace = traceOf(states, span);
        if (trace.id <= eviction.through()) {
          late += 1;
          continue;
        }
        const operation = intern.operation(service, span.name, span.kind);
        const { changes } = addSpan.run(
          trace.id,
          span.spanId,
          span.parentId,
          service,
          span.kind,
          operation,
          origin,
          span.startUs,
          span.durationNs,
          span.isError ? 1 : 0,
          span.body,
        );
        if (changes === 0) {
          if (replace(span, { trace: trace.id, service, operation, origin })) replaced += 1;
          else duplicates += 1;
          continue;
        }
        stored += 1;
        trace.added += 1;
        trace.startUs = Math.min(trace.startUs, span.startUs);
        tally.add(operation, origin, 1);
      }
    }
    for (const { id, added, startUs } of states.values()) {
      if (added > 0) updateTrace.run(added, startUs, id);
    }
    return { stored, duplicates, replaced, late };
  }

  /** Replaces a stored version of a span by a longer one, or by one of the same length that says more. */
  function replace(span: IncomingSpan, to: SpanRows): boolean {
    const rowKey = [to.trace, span.spanId, span.startUs, to.service, span.kind];
    const stored = findSpan.get(...rowKey);
    const longerNs = span.durationNs - asNumber(stored?.["duration_ns"]);
    if (longerNs < 0 || (longerNs === 0 && span.body.length <= asNumber(stored?.["bytes"]))) return false;
    const { parentId, durationNs, isError, body } = span;
    replaceSpan.run(parentId, to.operation, to.origin, durationNs, isError ? 1 : 0, body, ...rowKey);
    tally.add(asNumber(stored?.["operation"]), asNumber(stored?.["origin"]), -1);
    tally.add(to.operation, to.origin, 1);
    return true;
  }

  function write(groups: readonly IncomingGroup[]): Written {
    return transaction(() => {
      const written = insert(groups);
      counts.spans += written.stored;
      counts.lateSpans += written.late;
      makeRoom(written.stored);
      return written;
    });
  }

  function makeRoom(added: number): void {
    if (counts.spans > maxSpans) {
      const hidden = eviction.hide(counts.spans, maxSpans);
      counts.traces -= hidden.traces;
      counts.spans -= hidden.spans;
      counts.evictedSpans += hidden.spans;
    }
    eviction.sweep(sweepFloor + 2 * added, tally);
  }

  function transaction<T>(work: () => T): T {
    const before = { ...counts };
    const restoreEviction = eviction.mark();
    try {
      db.exec("BEGIN IMMEDIATE");
      const result = work();
      const deleted = tally.flush();
      db.exec("COMMIT");
      if (deleted) intern.forget();
      return result;
    } catch (error) {
      restoreEviction();
      Object.assign(counts, before);
      tally.drop();
      intern.forget();
      rollback();
      throw new HoldupError(
        "HOLDUP_TRACES_WRITE_FAILED",
        `The trace database cannot be written (${messageOf(error)}). Check the free disk space; senders will try again.`,
        { cause: error },
      );
    }
  }

  function rollback(): void {
    try {
      // Some failures (disk full, I/O error) roll back automatically (sqlite.org/lang_transaction.html).
      if (db.isOpen && db.isTransaction) db.exec("ROLLBACK");
    } catch {
      // The first error is the one to report.
    }
  }

  return { write, sweep: () => transaction(() => makeRoom(0)), counts: () => ({ ...counts }) };
}
