/** Marks the file as ours ("hold" in ASCII), so that a mistyped path never damages another database. */
export const applicationId = 0x686f6c64;
export const schemaVersion = 2;

/**
 * What distinguishes spans of one trace: the id, and for different spans that share one (the two halves of a call, as Zipkin's
 * tracers report them) the service, the kind and the start. Only the length differs between versions of one span.
 */
const spansTable = `
CREATE TABLE spans(
  trace INTEGER NOT NULL,
  span_id BLOB NOT NULL,
  parent_id BLOB,
  service INTEGER NOT NULL,
  kind INTEGER NOT NULL,
  operation INTEGER NOT NULL,
  origin INTEGER NOT NULL,
  start_us INTEGER NOT NULL,
  duration_ns INTEGER NOT NULL,
  is_error INTEGER NOT NULL,
  body BLOB NOT NULL,
  PRIMARY KEY(trace, span_id, start_us, service, kind)
) WITHOUT ROWID;

CREATE INDEX spans_by_service ON spans(service, start_us, trace, span_id, operation, duration_ns);

PRAGMA user_version = ${schemaVersion};
`;

/**
 * Row ids of traces follow the arrival of their first spans; eviction follows them and only moves
 * `state.evicted_through` forward. Spans are stored by trace, so that reading and evicting a trace touches
 * neighbouring rows. `spans_by_service` covers a search without tags; tags are looked up in the bodies.
 */
export const schema = `
CREATE TABLE state(evicted_through INTEGER NOT NULL);
INSERT INTO state VALUES (0);

CREATE TABLE services(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);

CREATE TABLE operations(
  id INTEGER PRIMARY KEY,
  service INTEGER NOT NULL,
  name TEXT NOT NULL,
  kind INTEGER NOT NULL,
  span_count INTEGER NOT NULL,
  UNIQUE(service, name, kind)
);

CREATE TABLE origins(
  id INTEGER PRIMARY KEY,
  fingerprint TEXT NOT NULL UNIQUE,
  service INTEGER NOT NULL,
  resource BLOB NOT NULL,
  scope BLOB NOT NULL,
  span_count INTEGER NOT NULL
);

CREATE TABLE traces(
  id INTEGER PRIMARY KEY,
  trace_id BLOB NOT NULL UNIQUE,
  start_us INTEGER NOT NULL,
  span_count INTEGER NOT NULL
);

${spansTable}
PRAGMA application_id = ${applicationId};
`;

/** Version 1 had one span of each id. */
export const migrations: Readonly<Record<number, string>> = {
  1: `
ALTER TABLE spans RENAME TO spans_before;
DROP INDEX spans_by_service;
${spansTable}
INSERT INTO spans
  SELECT trace, span_id, parent_id, s.service, o.kind, operation, origin, start_us, duration_ns, is_error, body
    FROM spans_before s JOIN operations o ON o.id = s.operation;
DROP TABLE spans_before;
`,
};
