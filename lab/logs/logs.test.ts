import { appendFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { temporaryDir } from "../system/testing/temporary-dir.ts";
import { followFiles, lastLineEnd } from "./follow-files.ts";
import { formatEntry } from "./format-entry.ts";
import { type LogEntry, matches, parseEntry } from "./log-entry.ts";
import { entriesBackwards, newestEntries } from "./newest-entries.ts";

const plain = (_: unknown, text: string) => text;

function json(second: number, msg: string, more: object = {}): string {
  const time = `2026-11-21T10:00:${String(second).padStart(2, "0")}.000Z`;
  return JSON.stringify({ level: "info", time, msg, ...more });
}

function logOf(dir: string, source: string, text: string): AsyncGenerator<LogEntry> {
  const path = join(dir, `${source}.log`);
  writeFileSync(path, text);
  return entriesBackwards(path, source, statSync(path).size);
}

const messages = (entries: LogEntry[]) => entries.map(({ fields, text }) => fields?.["msg"] ?? text);

it("merges logs by time and shows the newest lines, oldest first", async () => {
  const dir = temporaryDir();
  const one = logOf(dir, "api-service-1", `${json(1, "a")}\n${json(3, "c")}\n`);
  const two = logOf(dir, "processing-service-1", `${json(2, "b")}\n${json(4, "d")}\n`);
  expect(messages(await newestEntries([one, two], 3, () => true))).toEqual(["b", "c", "d"]);
});

it("merges what Kafka and Redis write with the services' JSON", async () => {
  const dir = temporaryDir();
  const at = new Date("2026-11-21T10:00:02.500Z");
  const redisTime = `${at.getDate()} Nov ${at.getFullYear()} ${at.toTimeString().slice(0, 8)}.500`;
  const redis = `77:M ${redisTime} * Ready to accept connections`;
  const kafka = "2026-11-21T10:00:02.000Z WARN kafka.Log - slow\n\tat kafka.Log.append\n\tat kafka.Log.flush";
  const logs = [
    logOf(dir, "api-service-1", `${json(1, "a")}\n${json(3, "c")}\n`),
    logOf(dir, "kafka", `${kafka}\n`),
    logOf(dir, "redis", `${redis}\n`),
  ];
  const shown = await newestEntries(logs, 10, () => true);
  expect(shown.map(({ source }) => source)).toEqual(["api-service-1", "kafka", "redis", "api-service-1"]);
  expect(shown[1]).toMatchObject({ level: "warn", more: ["\tat kafka.Log.append", "\tat kafka.Log.flush"] });
});

it("shows an incomplete line that a crash left, and undated lines at the start", async () => {
  const log = logOf(temporaryDir(), "api-service-1", `no such module\n${json(1, "a")}\n{"level":"inf`);
  const [first, second] = await newestEntries([log], 10, () => true);
  expect(first?.text).toBe("no such module");
  expect(second).toMatchObject({ fields: { msg: "a" }, more: ['{"level":"inf'] });
});

it("reads lines that are longer than its chunks, and characters that are split between chunks", async () => {
  const long = "ü".repeat(100_000);
  const log = logOf(temporaryDir(), "api-service-1", `${json(1, long)}\n${json(2, "b")}\n`);
  expect(messages(await newestEntries([log], 10, () => true))).toEqual([long, "b"]);
});

it("filters by trace, order and level", () => {
  const entry = parseEntry(
    "api-service-1",
    json(1, "a", { trace_id: "abc123", order_id: "o-1", level: "warn" }),
  );
  if (!entry) throw new Error("not parsed");
  expect(matches(entry, { trace: "abc123", order: "o-1", level: "warn" })).toBe(true);
  expect(matches(entry, { trace: "abc" })).toBe(true);
  expect(matches(entry, { trace: "abd" })).toBe(false);
  expect(matches(entry, { order: "o-2" })).toBe(false);
  expect(matches(entry, { level: "error" })).toBe(false);
});

it("reads pino's numeric levels and times", () => {
  const entry = parseEntry("trace-store", '{"level":40,"time":1795233708929,"msg":"slow"}');
  expect(entry).toMatchObject({ level: "warn", timeMs: 1_795_233_708_929 });
});

it("prints message, ids and the error without its stack", () => {
  const err = { code: "HOLDUP_KAFKA_UNREACHABLE", message: "no broker", stack: "at x" };
  const entry = parseEntry("processing-service-1", json(1, "waiting", { order_id: "o-1", err, attempt: 2 }));
  if (!entry) throw new Error("not parsed");
  const [line, under] = formatEntry(entry, plain).split("\n");
  expect(line).toMatch(/processing-1 +info +waiting order=o-1 attempt=2$/);
  expect(under?.trim()).toBe("HOLDUP_KAFKA_UNREACHABLE: no broker");
});

it("follows several logs by time, also when a line arrives in two pieces and a log appears later", async () => {
  const dir = temporaryDir();
  const [a, b] = [join(dir, "a.log"), join(dir, "b.log")];
  const files = [
    { source: "a", path: a },
    { source: "b", path: b },
  ];
  const late = json(2, "late");
  writeFileSync(a, `${json(0, "old")}\n${late.slice(0, 10)}`);
  const starts = new Map([[a, await lastLineEnd(a)]]);
  const abort = new AbortController();
  const found: LogEntry[] = [];
  appendFileSync(a, `${late.slice(10)}\n`);
  writeFileSync(b, `${json(1, "early")}\n`);
  for await (const entry of followFiles(() => files, starts, abort.signal)) {
    found.push(entry);
    if (found.length === 2) abort.abort();
  }
  expect(messages(found)).toEqual(["early", "late"]);
});
