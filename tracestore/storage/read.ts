import type { DatabaseSync } from "node:sqlite";
import { decodeResource, decodeScope, decodeSpan } from "../otlp/decode-span.ts";
import type { Resource, Scope, Span } from "../otlp/model.ts";
import type { Eviction } from "./evict.ts";
import { asBytes, asNumber, asText } from "./rows.ts";

type Operation = { readonly name: string; readonly kind: number };
export type Origin = {
  readonly id: number;
  readonly service: string;
  readonly resource: Resource;
  readonly scope: Scope;
};
export type StoredSpan = { readonly span: Span; readonly origin: Origin };
/** Spans by start time. */
export type StoredTrace = { readonly traceId: Uint8Array; readonly spans: readonly StoredSpan[] };

/** The fields of a span that a trace summary needs, read without decoding its body. */
export type SpanOutline = {
  readonly spanId: string;
  readonly parentId: string;
  readonly service: string;
  readonly operation: string;
  readonly startUs: number;
  readonly durationNs: number;
  readonly isError: boolean;
};

export type Reader = {
  services: () => string[];
  operations: (service: string) => Operation[];
  /** The row id of a trace; undefined when it is unknown or evicted. */
  rowOf: (traceId: Uint8Array) => number | undefined;
  trace: (row: number) => StoredTrace | undefined;
  outline: (row: number) => { traceId: Uint8Array; spans: SpanOutline[] } | undefined;
  originsOf: (service: number) => Origin[];
  serviceId: (name: string) => number | undefined;
  operationIds: (service: number, name: string) => number[];
  check: () => void;
};

/** Reads that are quick enough for one turn of the event loop. */
export function createReader(db: DatabaseSync, eviction: Eviction): Reader {
  const statements = {
    services: db.prepare(
      "SELECT name FROM services s WHERE EXISTS (SELECT 1 FROM operations WHERE service = s.id AND span_count > 0) ORDER BY name",
    ),
    operations: db.prepare(
      "SELECT o.name, o.kind FROM operations o JOIN services s ON s.id = o.service WHERE s.name = ? AND o.span_count > 0 ORDER BY o.name, o.kind",
    ),
    rowOf: db.prepare("SELECT id FROM traces WHERE trace_id = ? AND id > ?"),
    traceId: db.prepare("SELECT trace_id FROM traces WHERE id = ? AND id > ?"),
    bodies: db.prepare("SELECT origin, body FROM spans WHERE trace = ? ORDER BY start_us, span_id"),
    outline: db.prepare(
      `SELECT hex(span_id) AS span_id, hex(parent_id) AS parent_id, s.name AS service, o.name AS operation,
              start_us, duration_ns, is_error
         FROM spans JOIN services s ON s.id = spans.service JOIN operations o ON o.id = spans.operation
        WHERE trace = ? ORDER BY start_us, spans.span_id`,
    ),
    origin: db.prepare(
      "SELECT o.id, s.name, o.resource, o.scope FROM origins o JOIN services s ON s.id = o.service WHERE o.id = ?",
    ),
    originsOf: db.prepare(
      "SELECT o.id, s.name, o.resource, o.scope FROM origins o JOIN services s ON s.id = o.service WHERE o.service = ?",
    ),
    serviceId: db.prepare("SELECT id FROM services WHERE name = ?"),
    operationIds: db.prepare("SELECT id FROM operations WHERE service = ? AND name = ?"),
    check: db.prepare("SELECT evicted_through FROM state"),
  };

  function traceIdOf(row: number): Uint8Array | undefined {
    const found = statements.traceId.get(row, eviction.through());
    return found === undefined ? undefined : asBytes(found["trace_id"]);
  }

  function trace(row: number): StoredTrace | undefined {
    const traceId = traceIdOf(row);
    if (traceId === undefined) return undefined;
    const origins = new Map<number, Origin>();
    const spans = statements.bodies.all(row).map((found) => {
      const id = asNumber(found["origin"]);
      const origin = origins.get(id) ?? toOrigin(statements.origin.get(id) ?? {});
      origins.set(id, origin);
      return { span: decodeSpan(asBytes(found["body"])), origin };
    });
    return { traceId, spans };
  }

  function outline(row: number): { traceId: Uint8Array; spans: SpanOutline[] } | undefined {
    const traceId = traceIdOf(row);
    if (traceId === undefined) return undefined;
    const spans = statements.outline.all(row).map((found) => ({
      spanId: asText(found["span_id"]),
      parentId: asText(found["parent_id"]),
      service: asText(found["service"]),
      operation: asText(found["operation"]),
      startUs: asNumber(found["start_us"]),
      durationNs: asNumber(found["duration_ns"]),
      isError: found["is_error"] === 1,
    }));
    return { traceId, spans };
  }

  return {
    services: () => statements.services.all().map((row) => asText(row["name"])),
    operations: (service) =>
      statements.operations
        .all(service)
        .map((row) => ({ name: asText(row["name"]), kind: asNumber(row["kind"]) })),
    rowOf: (traceId) => {
      const row = statements.rowOf.get(traceId, eviction.through());
      return row === undefined ? undefined : asNumber(row["id"]);
    },
    trace,
    outline,
    originsOf: (service) => statements.originsOf.all(service).map(toOrigin),
    serviceId: (name) => {
      const row = statements.serviceId.get(name);
      return row === undefined ? undefined : asNumber(row["id"]);
    },
    operationIds: (service, name) =>
      statements.operationIds.all(service, name).map((row) => asNumber(row["id"])),
    check: () => {
      statements.check.get();
    },
  };
}

type Row = ReturnType<ReturnType<DatabaseSync["prepare"]>["all"]>[number];

function toOrigin(row: Row): Origin {
  return {
    id: asNumber(row["id"]),
    service: asText(row["name"]),
    resource: decodeResource(asBytes(row["resource"])),
    scope: decodeScope(asBytes(row["scope"])),
  };
}
