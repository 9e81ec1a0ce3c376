import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect, it, onTestFinished } from "vitest";
import type { Problem, Span } from "../span.ts";
import { encodeOtlp } from "./encode.fixture.ts";
import { readFile } from "./read-file.ts";

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), "holdup-read-"));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

function written(bytes: Buffer | string, name = "spans"): string {
  const path = join(folder(), name);
  writeFileSync(path, bytes);
  return path;
}

async function read(path: string): Promise<{ spans: Span[]; problems: Problem[] }> {
  const spans: Span[] = [];
  const problems: Problem[] = [];
  for await (const batch of readFile(path, (problem) => problems.push(problem))) spans.push(...batch);
  return { spans, problems };
}

const id = (n: number) => n.toString(16).padStart(16, "0");
const line = (n: number) =>
  `{"traceId":"${id(n)}","id":"${id(n)}","name":"é","timestamp":${n},"duration":1}\n`;
const bare: Span = {
  traceId: "a".repeat(32),
  spanId: "",
  name: "s",
  startNs: 1n,
  endNs: 2n,
  attributes: {},
};
/** Enough lines for several chunks even when compressed. */
const many = 30_000;
const lines = Array.from({ length: many }, (_, index) => line(index + 1)).join("");

it("reads a file of many chunks, in batches", async () => {
  const path = written(lines);
  let batches = 0;
  let count = 0;
  for await (const batch of readFile(path, ({ what }) => expect.fail(what))) {
    batches += 1;
    for (const { spanId } of batch) expect(spanId).toBe(id(++count));
  }
  expect(count).toBe(many);
  expect(batches).toBeGreaterThan(1);
});

it("recognises gzip by its first bytes, even in several members", async () => {
  const half = lines.length / 2;
  const middle = lines.indexOf("\n", half) + 1;
  const packed = Buffer.concat([gzipSync(lines.slice(0, middle)), gzipSync(lines.slice(middle))]);
  const found = await read(written(packed, "spans.json"));
  expect(found.problems).toEqual([]);
  expect(found.spans).toHaveLength(many);
});

it("reads the intact part of a gzip file that is cut off or damaged", async () => {
  const packed = gzipSync(lines);
  const cut = await read(written(packed.subarray(0, packed.length / 2)));
  expect(cut.spans.length).toBeGreaterThan(1_000);
  expect(cut.spans.length).toBeLessThan(many);
  expect(cut.problems.map(({ what }) => what)).toEqual([
    "The gzip data is cut off. Everything before was read.",
  ]);
  packed.fill(0xff, packed.length / 2, packed.length / 2 + 100);
  const damaged = await read(written(packed));
  expect(damaged.spans.length).toBeGreaterThan(1_000);
  expect(damaged.problems.map(({ what }) => what)).toEqual([
    expect.stringMatching(/^The gzip data is damaged \(.*\)\. Everything before was read\.$/),
  ]);
});

it("refuses gzip data that is cut off at its start", async () => {
  const path = written(gzipSync(lines).subarray(0, 12));
  await expect(read(path)).rejects.toThrow(`${path} cannot be unpacked. The gzip data is cut off.`);
});

it("does not report a file without spans when it is cut off after some", async () => {
  const document = encodeOtlp(
    ["1", "2"].map((spanId) => ({ ...bare, spanId: spanId.padStart(16, "0") })),
  ).text;
  const { spans, problems } = await read(written(document.slice(0, -3)));
  expect(spans).toHaveLength(2);
  expect(problems).toMatchObject([
    { what: expect.stringContaining("ends in the middle of a value"), count: 1 },
  ]);
});

it("reads standard input as -", async () => {
  const module = new URL("./read-file.ts", import.meta.url).href;
  const script = `
    const { readFile } = await import(${JSON.stringify(module)});
    let count = 0;
    for await (const batch of readFile("-", console.error)) count += batch.length;
    console.log(count);`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", script]);
  onTestFinished(() => void child.kill("SIGKILL"));
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (data) => {
      output += data;
    });
  }
  child.stdin.end(lines);
  await new Promise((resolve) => child.on("close", resolve));
  expect(output).toBe(`${many}\n`);
});

it("reports a file without spans", async () => {
  const path = written('{"resourceSpans":[]}');
  expect(await read(path)).toEqual({
    spans: [],
    problems: [{ what: "The input holds no spans.", where: path, count: 1 }],
  });
});

it("names the file that cannot be opened", async () => {
  const missing = join(folder(), "missing.json");
  await expect(read(missing)).rejects.toThrow(`There is no file ${missing}.`);
  await expect(read(join(written(""), "x.json"))).rejects.toThrow(/^There is no file /);
  const directory = folder();
  await expect(read(directory)).rejects.toThrow(`${directory} is a folder. Name a file in it.`);
  await expect(read(written(""))).rejects.toMatchObject({ code: "HOLDUP_INPUT_EMPTY" });
  await expect(read(written(gzipSync("<html>")))).rejects.toMatchObject({ code: "HOLDUP_INPUT_NOT_JSON" });
});

it("reports the problems even when the reader stops early", async () => {
  const problems: Problem[] = [];
  const path = written(`${line(0)}${lines}`);
  for await (const _ of readFile(path, (problem) => problems.push(problem))) break;
  expect(problems).toEqual([
    { what: "The span has no trace id.", where: `${path}, line 1, byte 0`, count: 1 },
  ]);
});

it("escapes control characters in what it found", async () => {
  const bad = "\u001b[2J\u202e\n";
  for (const content of [`x${bad}`, JSON.stringify({ [bad]: 1 }), JSON.stringify([{ [bad]: 1 }])]) {
    const error: unknown = await read(written(content)).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ message: expect.stringMatching(/\\u001b\[2J/) });
    expect(error).toMatchObject({ message: expect.stringMatching(/^[^\p{Cc}\p{Cf}]*$/u) });
  }
  await expect(read(`${folder()}/\u001b[2J`)).rejects.toThrow(/^There is no file .*\\u001b\[2J\.$/);
});
