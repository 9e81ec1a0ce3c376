import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { decodeProtobuf } from "../otlp/decode-protobuf.ts";
import { encodeRequest } from "../otlp/encode.ts";
import type { Span } from "../otlp/model.ts";
import { sampleResource, sampleSpan } from "../testing/sample.ts";
import { temporaryFolder } from "../testing/start-store.ts";
import { createEviction } from "./evict.ts";
import { createIntern } from "./intern.ts";
import { openDatabase } from "./open.ts";
import type { TraceQuery } from "./search.ts";
import { createStorage, type Storage } from "./storage.ts";
import { createWriter } from "./write.ts";

const traceId = (n: number) => n.toString(16).padStart(32, "0");
const spanId = (n: number) => n.toString(16).padStart(16, "0");
const idBytes = (n: number) => Buffer.from(traceId(n), "hex");

/** Spans `from` to `to` of trace n, each the child of the one before. */
function spansOf(n: number, from: number, to: number): Span[] {
  return Array.from({ length: to - from + 1 }, (_, i) => {
    const id = from + i;
    return sampleSpan({
      traceId: traceId(n),
      spanId: spanId(id),
      parentSpanId: id === 1 ? "" : spanId(id - 1),
      name: `step ${id}`,
      startTimeUnixNano: `${1_700_000_000_000 + n}${String(id).padStart(6, "0")}`,
      endTimeUnixNano: `${1_700_000_000_001 + n}${String(id).padStart(6, "0")}`,
    });
  });
}

function groupsOf(spans: Span[], service = "a") {
  return decodeProtobuf(encodeRequest([sampleResource(service, spans)])).groups;
}

function open(file: string, maxSpans = 100_000): Storage {
  const storage = createStorage({ file, maxSpans });
  onTestFinished(storage.close);
  return storage;
}

function load(storage: Storage, n: number): string[] {
  const row = storage.rowOf(idBytes(n));
  const trace = row === undefined ? undefined : storage.trace(row);
  return trace?.spans.map(({ span }) => span.name) ?? [];
}

function anyOf(service: string): TraceQuery {
  const endUs = Number.MAX_SAFE_INTEGER - 1;
  const bounds = { startUs: 0, endUs, minDurationNs: 0, maxDurationNs: 0, limit: 1_000 };
  return { service, operation: "", tags: [], ...bounds };
}

describe("writing", () => {
  it("puts a trace together from spans that arrive in any order", () => {
    const storage = open(join(temporaryFolder(), "t.sqlite"));
    storage.write(groupsOf(spansOf(1, 3, 4), "b"));
    storage.write(groupsOf(spansOf(2, 1, 1)));
    storage.write(groupsOf(spansOf(1, 1, 2)));
    expect(load(storage, 1)).toEqual(["step 1", "step 2", "step 3", "step 4"]);
    expect(storage.counts()).toMatchObject({ traces: 2, spans: 5 });
    expect(storage.services()).toEqual(["a", "b"]);
  });

  it("dates a trace from its earliest span, whenever that arrives", async () => {
    const storage = open(join(temporaryFolder(), "t.sqlite"));
    const at = (us: number) => ({ startTimeUnixNano: `${us}000`, endTimeUnixNano: `${us}000` });
    const parent = { ...spansOf(1, 1, 1)[0], ...at(100) };
    storage.write(groupsOf([sampleSpan({ ...spansOf(1, 2, 2)[0], ...at(200) })], "b"));
    storage.write(groupsOf([sampleSpan(parent)]));
    storage.write(groupsOf([sampleSpan({ ...spansOf(1, 3, 3)[0], ...at(300) })]));
    expect(await storage.dependencies(100, 100)).toEqual([
      { parent: "a", child: "b", callCount: 1 },
      { parent: "b", child: "a", callCount: 1 },
    ]);
    expect(await storage.dependencies(101, 300)).toEqual([]);
  });

  it("stores a span once, however often it is sent", () => {
    const storage = open(join(temporaryFolder(), "t.sqlite"));
    expect(storage.write(groupsOf(spansOf(1, 1, 3)))).toEqual({
      stored: 3,
      duplicates: 0,
      replaced: 0,
      late: 0,
    });
    expect(storage.write(groupsOf([...spansOf(1, 2, 4), ...spansOf(1, 4, 4)]))).toEqual({
      stored: 1,
      duplicates: 3,
      replaced: 0,
      late: 0,
    });
    expect(load(storage, 1)).toHaveLength(4);
    expect(storage.counts().spans).toBe(4);
  });

  it("keeps the longest version of a span, in whatever order they arrive", () => {
    const storage = open(join(temporaryFolder(), "t.sqlite"));
    const [first] = spansOf(1, 1, 1);
    const ended = (ms: number, name: string) =>
      sampleSpan({
        ...first,
        name,
        endTimeUnixNano: String(BigInt(first?.startTimeUnixNano ?? 0) + BigInt(ms) * 1_000_000n),
      });
    const written = [ended(500, "begun"), ended(2_000, "done"), ended(900, "late snapshot")].map(
      (version) => {
        const { stored, duplicates, replaced } = storage.write(groupsOf([version]));
        return [stored, duplicates, replaced];
      },
    );
    expect(written).toEqual([
      [1, 0, 0],
      [0, 0, 1],
      [0, 1, 0],
    ]);
    expect(load(storage, 1)).toEqual(["done"]);
    expect(storage.counts()).toMatchObject({ spans: 1 });
    expect(storage.operations("a").map(({ name }) => name)).toEqual(["done"]);
  });

  it("keeps the version with more in it when they are equally long", () => {
    const storage = open(join(temporaryFolder(), "t.sqlite"));
    const [first] = spansOf(1, 1, 1);
    storage.write(
      groupsOf([sampleSpan({ ...first, name: "short" }), sampleSpan({ ...first, name: "the longer name" })]),
    );
    expect(load(storage, 1)).toEqual(["the longer name"]);
    expect(storage.counts()).toMatchObject({ spans: 1 });
  });

  it("keeps all different spans that share an id, and counts calls by the half of the own service", async () => {
    const storage = open(join(temporaryFolder(), "t.sqlite"));
    const [root, half] = spansOf(1, 1, 2);
    storage.write(groupsOf([sampleSpan({ ...root }), sampleSpan({ ...half, kind: 3, name: "call" })], "web"));
    storage.write(groupsOf([sampleSpan({ ...half, kind: 2, name: "serve" })], "api"));
    storage.write(groupsOf([sampleSpan({ ...half, kind: 1, name: "inside" }), ...spansOf(1, 3, 3)], "api"));
    expect(load(storage, 1).sort()).toEqual(["call", "inside", "serve", "step 1", "step 3"]);
    expect(await storage.dependencies(0, Number.MAX_SAFE_INTEGER)).toEqual([
      { parent: "web", child: "api", callCount: 2 },
    ]);
  });

  it("keeps everything over a restart, and continues to count", () => {
    const file = join(temporaryFolder(), "t.sqlite");
    const first = open(file);
    first.write(groupsOf(spansOf(1, 1, 3)));
    first.close();
    const second = open(file);
    expect(load(second, 1)).toHaveLength(3);
    second.write(groupsOf(spansOf(1, 3, 4)));
    expect(second.counts()).toMatchObject({ traces: 1, spans: 4 });
  });

  it("stores nothing of a request that could not be written, and accepts it later", () => {
    const db = openDatabase(join(temporaryFolder(), "t.sqlite"));
    onTestFinished(() => db.close());
    const eviction = createEviction(db);
    const writer = createWriter(db, createIntern(db), eviction, 100_000);
    const pages = db.prepare("PRAGMA page_count").get()?.["page_count"];
    db.exec(`PRAGMA max_page_count = ${pages}`);
    const many = groupsOf(Array.from({ length: 200 }, (_, n) => spansOf(n + 1, 1, 5)).flat());
    expect(() => writer.write(many)).toThrow(
      expect.objectContaining({ code: "HOLDUP_TRACES_WRITE_FAILED", retriable: true }),
    );
    expect(writer.counts()).toMatchObject({ traces: 0, spans: 0 });
    db.exec("PRAGMA max_page_count = 100000");
    expect(writer.write(many)).toEqual({ stored: 1_000, duplicates: 0, replaced: 0, late: 0 });
    const operations = db.prepare("SELECT sum(span_count) AS n FROM operations").get();
    expect(operations?.["n"]).toBe(1_000);
  });
});

describe("the cap", () => {
  it("evicts whole traces, the earliest arrivals first", () => {
    const storage = open(join(temporaryFolder(), "t.sqlite"), 10);
    for (const n of [3, 1, 2]) storage.write(groupsOf(spansOf(n, 1, 4)));
    expect([3, 1, 2].map((n) => load(storage, n).length)).toEqual([0, 4, 4]);
    expect(storage.counts()).toMatchObject({ traces: 2, spans: 8, evictedSpans: 4 });
  });

  it("never shows half of a trace, even if it still grows during eviction", () => {
    const storage = open(join(temporaryFolder(), "t.sqlite"), 10);
    storage.write(groupsOf(spansOf(1, 1, 4)));
    storage.write(groupsOf(spansOf(2, 1, 8)));
    expect(load(storage, 1)).toEqual([]);
    expect(storage.write(groupsOf(spansOf(1, 5, 6)))).toEqual({
      stored: 0,
      duplicates: 0,
      replaced: 0,
      late: 2,
    });
    expect(load(storage, 1)).toEqual([]);
    expect(storage.counts()).toMatchObject({ traces: 1, spans: 8, lateSpans: 2 });
  });

  it("remembers evicted traces after a restart", () => {
    const file = join(temporaryFolder(), "t.sqlite");
    const first = open(file, 10);
    for (const n of [1, 2, 3]) first.write(groupsOf(spansOf(n, 1, 4)));
    first.close();
    const second = open(file, 10);
    expect(second.write(groupsOf(spansOf(1, 5, 5))).late).toBe(1);
    expect(second.counts()).toMatchObject({ traces: 2, spans: 8 });
  });

  it("forgets services and operations without spans", () => {
    const storage = open(join(temporaryFolder(), "t.sqlite"), 10);
    storage.write(groupsOf(spansOf(1, 1, 9), "gone"));
    storage.write(groupsOf(spansOf(2, 1, 9), "here"));
    storage.write(groupsOf(spansOf(3, 1, 9), "here"));
    expect(storage.services()).toEqual(["here"]);
    expect(storage.operations("gone")).toEqual([]);
  });

  it("reuses the space of deleted spans", () => {
    const storage = open(join(temporaryFolder(), "t.sqlite"), 5_000);
    let n = 0;
    const fill = (traces: number) => {
      for (let i = 0; i < traces; i++) storage.write(groupsOf(spansOf(++n, 1, 100)));
      return storage.counts().bytes;
    };
    const full = fill(150);
    expect(fill(600)).toBeLessThan(full * 1.5);
  });

  it("deletes a large surplus step by step, hidden from the first step on", async () => {
    const file = join(temporaryFolder(), "t.sqlite");
    const large = open(file);
    for (let n = 1; n <= 60; n++) large.write(groupsOf(spansOf(n, 1, 100)));
    large.close();
    const small = open(file, 1_000);
    small.write(groupsOf(spansOf(61, 1, 1)));
    expect(small.counts()).toMatchObject({ traces: 10, spans: 901 });
    expect(load(small, 51)).toEqual([]);
    expect(load(small, 52)).toHaveLength(100);
    expect(small.counts().unsweptSpans).toBeGreaterThan(0);
    const found: number[] = [];
    for await (const row of small.search(anyOf("a"))) found.push(row);
    expect(found).toHaveLength(10);
    await vi.waitFor(() => expect(small.counts().unsweptSpans).toBe(0));
  });
});

describe("the file", () => {
  it("is refused while another process uses it", () => {
    const file = join(temporaryFolder(), "t.sqlite");
    open(file);
    expect(() => openDatabase(file, 0)).toThrow(
      expect.objectContaining({ code: "HOLDUP_TRACES_FILE_LOCKED" }),
    );
  });

  it("is refused when it is not a database", () => {
    const file = join(temporaryFolder(), "t.sqlite");
    writeFileSync(file, "x".repeat(10_000));
    expect(() => open(file)).toThrow(expect.objectContaining({ code: "HOLDUP_TRACES_FILE_CORRUPT" }));
  });

  it("is refused, untouched, when it belongs to another program", () => {
    const file = join(temporaryFolder(), "t.sqlite");
    const other = new DatabaseSync(file);
    other.exec("CREATE TABLE theirs(x)");
    other.close();
    expect(() => open(file)).toThrow(expect.objectContaining({ code: "HOLDUP_TRACES_FILE_FOREIGN" }));
    const again = new DatabaseSync(file);
    onTestFinished(() => again.close());
    expect(again.prepare("SELECT name FROM sqlite_schema").all()).toEqual([{ name: "theirs" }]);
  });

  it("of the version before is brought up to date with all its spans", () => {
    const file = join(temporaryFolder(), "t.sqlite");
    const first = open(file);
    first.write(groupsOf(spansOf(1, 1, 3)));
    first.close();
    const before = new DatabaseSync(file);
    before.exec(`
      DROP INDEX spans_by_service;
      ALTER TABLE spans RENAME TO newer;
      CREATE TABLE spans(
        trace INTEGER NOT NULL, span_id BLOB NOT NULL, parent_id BLOB, service INTEGER NOT NULL, operation INTEGER NOT NULL,
        origin INTEGER NOT NULL, start_us INTEGER NOT NULL, duration_ns INTEGER NOT NULL, is_error INTEGER NOT NULL,
        body BLOB NOT NULL, PRIMARY KEY(trace, span_id)
      ) WITHOUT ROWID;
      INSERT INTO spans SELECT trace, span_id, parent_id, service, operation, origin, start_us, duration_ns, is_error, body FROM newer;
      DROP TABLE newer;
      CREATE INDEX spans_by_service ON spans(service, start_us, trace, span_id, operation, duration_ns);
      PRAGMA user_version = 1;
    `);
    before.close();
    const storage = open(file);
    expect(load(storage, 1)).toEqual(["step 1", "step 2", "step 3"]);
    expect(storage.write(groupsOf(spansOf(1, 3, 4)))).toMatchObject({ stored: 1, duplicates: 1 });
  });

  it("of a version that is not known is refused", () => {
    const file = join(temporaryFolder(), "t.sqlite");
    open(file).close();
    const db = new DatabaseSync(file);
    db.exec("PRAGMA user_version = 99");
    db.close();
    expect(() => open(file)).toThrow(
      expect.objectContaining({ message: expect.stringContaining("has trace format 99") }),
    );
  });

  it("is refused when it is a folder", () => {
    const file = join(temporaryFolder(), "t.sqlite");
    mkdirSync(file);
    expect(() => open(file)).toThrow(expect.objectContaining({ code: "HOLDUP_TRACES_FILE_UNUSABLE" }));
  });
});
