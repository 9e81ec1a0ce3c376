import type { DatabaseSync } from "node:sqlite";
import { decodeSpan } from "../otlp/decode-span.ts";
import type { Eviction } from "./evict.ts";
import { nextTurn } from "./next-turn.ts";
import type { Origin, Reader } from "./read.ts";
import { asBytes, asNumber } from "./rows.ts";
import { fieldTags, originHasTag, spanHasTag, type Tag } from "./tag-match.ts";

export type TraceQuery = {
  readonly service: string;
  /** Empty for any. */
  readonly operation: string;
  readonly tags: readonly Tag[];
  readonly startUs: number;
  readonly endUs: number;
  /** 0 for no bound. */
  readonly minDurationNs: number;
  readonly maxDurationNs: number;
  readonly limit: number;
};

export type Search = (query: TraceQuery) => AsyncGenerator<number, void, void>;

/** Index entries that are read before other requests get a turn; a page takes some milliseconds. */
const firstPage = 512;
const lastPage = 16_384;
const lastPageOfBodies = 1_024;

type Position = { startUs: number; trace: number; spanId: Uint8Array };

const firstSpanId = new Uint8Array(0);

/**
 * Row ids of traces with at least one span that meets every condition, the trace with the newest such span first.
 * Walks the service's spans page by page and yields to the event loop in between.
 */
export function createSearch(db: DatabaseSync, reader: Reader, eviction: Eviction): Search {
  const boundary = db.prepare(
    `SELECT start_us, trace, span_id FROM spans
      WHERE service = ?1 AND start_us >= ?2 AND (start_us, trace, span_id) < (?3, ?4, ?5)
      ORDER BY start_us DESC, trace DESC, span_id DESC LIMIT 1 OFFSET ?6`,
  );

  return async function* search(query) {
    const service = reader.serviceId(query.service);
    if (service === undefined) return;
    const operations = query.operation === "" ? [] : reader.operationIds(service, query.operation);
    if (query.operation !== "" && operations.length === 0) return;

    const origins = new Map(reader.originsOf(service).map((origin) => [origin.id, origin]));
    const page = db.prepare(pageQuery(query, operations, origins));
    const needles = query.tags.flatMap(needlesOf).map((needle) => Buffer.from(needle));
    const largestPage = query.tags.length > 0 ? lastPageOfBodies : lastPage;
    const found = new Set<number>();
    let pageSize = firstPage;

    let upper: Position = { startUs: query.endUs + 1, trace: 0, spanId: firstSpanId };
    for (;;) {
      const last = boundary.get(
        service,
        query.startUs,
        upper.startUs,
        upper.trace,
        upper.spanId,
        pageSize - 1,
      );
      const lower: Position =
        last === undefined
          ? { startUs: query.startUs, trace: -1, spanId: firstSpanId }
          : {
              startUs: asNumber(last["start_us"]),
              trace: asNumber(last["trace"]),
              spanId: asBytes(last["span_id"]),
            };
      const rows = page.all(
        service,
        lower.startUs,
        lower.trace,
        lower.spanId,
        upper.startUs,
        upper.trace,
        upper.spanId,
        eviction.through(),
        ...needles,
      );
      for (const row of rows) {
        const trace = asNumber(row["trace"]);
        if (found.has(trace)) continue;
        if (query.tags.length > 0 && !rowHasTags(row, query.tags, origins)) continue;
        found.add(trace);
        yield trace;
        if (found.size >= query.limit) return;
      }
      if (last === undefined) return;
      upper = lower;
      pageSize = Math.min(pageSize * 2, largestPage);
      await nextTurn();
    }
  };
}

type Row = Record<string, ReturnType<ReturnType<DatabaseSync["prepare"]>["all"]>[number][string]>;

function rowHasTags(row: Row, tags: readonly Tag[], origins: ReadonlyMap<number, Origin>): boolean {
  const origin = origins.get(asNumber(row["origin"]));
  if (origin === undefined) return false;
  const span = decodeSpan(asBytes(row["body"]));
  return tags.every((tag) => spanHasTag({ span, origin }, tag));
}

/** Inserting numbers as text is safe: they come from the database or from validated parameters. */
function pageQuery(
  query: TraceQuery,
  operations: readonly number[],
  origins: ReadonlyMap<number, Origin>,
): string {
  const conditions = [
    "service = ?1",
    "(start_us, trace, span_id) >= (?2, ?3, ?4)",
    "(start_us, trace, span_id) < (?5, ?6, ?7)",
    "trace > ?8",
  ];
  if (operations.length > 0) conditions.push(`operation IN (${operations.join(",")})`);
  if (query.minDurationNs > 0) conditions.push(`duration_ns >= ${query.minDurationNs}`);
  if (query.maxDurationNs > 0) conditions.push(`duration_ns <= ${query.maxDurationNs}`);
  let parameter = 9;
  for (const tag of query.tags) {
    const hits = needlesOf(tag).map(() => `instr(body, ?${parameter++}) > 0`);
    if (tag.key === "error") hits.push("(is_error = 1 OR instr(body, CAST('error' AS BLOB)) > 0)");
    const everySpanOf = [...origins.values()].filter((origin) => originHasTag(origin, tag));
    if (hits.length === 0) continue;
    conditions.push(`(${hits.join(" AND ")} OR origin IN (${everySpanOf.map(({ id }) => id).join(",")}))`);
  }
  const columns = query.tags.length > 0 ? "trace, origin, body" : "trace";
  return `SELECT ${columns} FROM spans INDEXED BY spans_by_service WHERE ${conditions.join(" AND ")}
          ORDER BY start_us DESC, trace DESC, span_id DESC`;
}

/**
 * Byte strings that a span's message must contain to have the tag: the key, and the value if it can only be a
 * string attribute. SQLite finds them much faster than a span can be decoded.
 */
function needlesOf(tag: Tag): string[] {
  if (tag.key === "error") return [];
  const isField = fieldTags.has(tag.key) || tag.key.startsWith("otel.scope.");
  if (isField || tag.key.startsWith("scope.") || tag.key.startsWith("resource.")) return [];
  return mayBeEncoded(tag.value) ? [tag.key] : [tag.key, tag.value];
}

/** Whether a value with this text may be a number, bool, bytes (base64), array or map in the message. */
function mayBeEncoded(value: string): boolean {
  if (value === "" || /^[[{]/.test(value)) return true;
  if (/^(true|false|NaN|-?Infinity|[-+\d.eE]+)$/.test(value)) return true;
  return value.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(value);
}
