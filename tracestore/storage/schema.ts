/** Marks the file as ours ("hold" in ASCII), so that a mistyped path never damages another database. */
export const applicationId = 0x686f6c64;
export const schemaVersion = 1;

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

CREATE TABLE spans(
  trace INTEGER NOT NULL,
  span_id BLOB NOT NULL,
  parent_id BLOB,
  service INTEGER NOT NULL,
  operation INTEGER NOT NULL,
  origin INTEGER NOT NULL,
  start_us INTEGER NOT NULL,
  duration_ns INTEGER NOT NULL,
  is_error INTEGER NOT NULL,
  body BLOB NOT NULL,
  PRIMARY KEY(trace, span_id)
) WITHOUT ROWID;

CREATE INDEX spans_by_service ON spans(service, start_us, trace, span_id, operation, duration_ns);

PRAGMA application_id = ${applicationId};
PRAGMA user_version = ${schemaVersion};
`;
