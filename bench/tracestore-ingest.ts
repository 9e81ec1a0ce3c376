/**
 * Spans per second that the trace store accepts, through HTTP into committed SQLite rows, and their CPU time. Spans per row of the
 * table may be given, 200,000 by default. CPU-seconds are those of the server alone (/proc), so they hold on a busy machine; wall
 * time includes the sender.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { Agent, type createServer, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { encodeRequest } from "../tracestore/otlp/encode.ts";
import type { ResourceSpans } from "../tracestore/otlp/model.ts";
import { batchOf, orderCount } from "../tracestore/testing/order-batches.ts";

const spansPerRow = Number(process.argv[2] ?? 200_000);
const batchSpans = 512;
const connections = 2;
const cap = 500_000;
/** Linux reports process times in ticks of 10 ms (getconf CLK_TCK). */
const ticksPerSecond = 100;

type Encoding = { type: "application/x-protobuf" | "application/json"; gzip: boolean };
type Server = { pid: number; port: number; queryPort: number; stop: () => Promise<void> };

const agent = new Agent({ keepAlive: true, maxSockets: connections });
function encode(resourceSpans: ResourceSpans[], { type, gzip }: Encoding): Buffer {
  const plain =
    type === "application/json"
      ? Buffer.from(JSON.stringify({ resourceSpans }))
      : Buffer.from(encodeRequest(resourceSpans));
  return gzip ? gzipSync(plain, { level: 1 }) : plain;
}

function post(port: number, body: Buffer, { type, gzip }: Encoding): Promise<void> {
  return new Promise((resolve, reject) => {
    const headers = {
      "content-type": type,
      "content-length": body.length,
      ...(gzip ? { "content-encoding": "gzip" } : {}),
    };
    const sent = request(
      { host: "127.0.0.1", port, path: "/v1/traces", method: "POST", agent, headers },
      (answer) => {
        answer.resume();
        if (answer.statusCode !== 200) reject(new Error(`The store answered ${answer.statusCode}`));
        answer.on("end", resolve);
      },
    );
    sent.on("error", reject);
    sent.end(body);
  });
}

function cpuSeconds(pid: number): number {
  // Fields after the command's closing parenthesis; utime and stime are the 14th and 15th of all (proc(5)).
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
}

function rssMb(pid: number): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0) / 1024;
}

/** Sends `spans` in batches of `size`. Bodies are prepared in advance, a few at a time; only the sending is timed. */
async function measure(server: { pid: number; port: number }, spans: number, size: number, how: Encoding) {
  const cpuBefore = cpuSeconds(server.pid);
  let wallMs = 0;
  let left = spans;
  let bytes = 0;
  while (left > 0) {
    const bodies = Array.from({ length: Math.min(64, Math.ceil(left / size)) }, () =>
      encode(batchOf(size), how),
    );
    left -= bodies.length * size;
    bytes += bodies.reduce((sum, body) => sum + body.length, 0);
    const started = performance.now();
    const send = async () => {
      for (let body = bodies.pop(); body !== undefined; body = bodies.pop()) {
        await post(server.port, body, how);
      }
    };
    await Promise.all(Array.from({ length: connections }, send));
    wallMs += performance.now() - started;
  }
  const sent = spans - left;
  return {
    perSecond: sent / (wallMs / 1_000),
    perCpuSecond: sent / (cpuSeconds(server.pid) - cpuBefore),
    bytesPerSpan: bytes / sent,
  };
}

function ended(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => child.once("exit", () => resolve()));
}

async function startStore(): Promise<Server> {
  const folder = mkdtempSync(join(tmpdir(), "holdup-bench-"));
  const main = fileURLToPath(new URL("../tracestore/main.ts", import.meta.url));
  const env = {
    PATH: "",
    HOLDUP_TRACES_FILE: join(folder, "traces.sqlite"),
    HOLDUP_TRACES_MAX_SPANS: String(cap),
    HOLDUP_OTLP_PORT: "0",
    HOLDUP_JAEGER_PORT: "0",
  };
  const child = spawn(process.execPath, [main], { env, stdio: ["ignore", "ignore", "inherit", "ipc"] });
  const ports = await new Promise<{ listening: number; otlpPort: number }>((resolve, reject) => {
    child.once("message", (message: { listening: number; otlpPort: number }) => resolve(message));
    child.once("exit", (code) => reject(new Error(`The trace store ended with ${code}`)));
  });
  const stop = async () => {
    child.kill("SIGTERM");
    await ended(child);
    rmSync(folder, { recursive: true });
  };
  return { pid: child.pid ?? 0, port: ports.otlpPort, queryPort: ports.listening, stop };
}

/** The cost of the same bodies for a server that only reads and answers: the lower bound of every figure. */
async function startSink(): Promise<{ pid: number; port: number; stop: () => Promise<void> }> {
  const code = `(${createSink.toString()})(require("node:http").createServer)`;
  const child = spawn(process.execPath, ["-e", code], { stdio: ["ignore", "ignore", "inherit", "ipc"] });
  const port = await new Promise<number>((resolve) => child.once("message", resolve));
  const stop = async () => {
    child.kill("SIGTERM");
    await ended(child);
  };
  return { pid: child.pid ?? 0, port, stop };
}

function createSink(create: typeof createServer): void {
  const server = create((incoming, answer) => {
    incoming.resume();
    incoming.on("end", () => answer.end());
  });
  server.listen(0, "127.0.0.1", () => {
    const address = server.address();
    if (address !== null && typeof address === "object") process.send?.(address.port);
  });
}

async function queryMs(
  port: number,
  path: string,
): Promise<{ median: number; worst: number; bytes: number }> {
  const times: number[] = [];
  let bytes = 0;
  await (await fetch(`http://127.0.0.1:${port}${path}`)).arrayBuffer();
  for (let i = 0; i < 7; i++) {
    const started = performance.now();
    const answer = await fetch(`http://127.0.0.1:${port}${path}`);
    bytes = (await answer.arrayBuffer()).byteLength;
    times.push(performance.now() - started);
    if (!answer.ok) throw new Error(`${path} answered ${answer.status}`);
  }
  times.sort((a, b) => a - b);
  return { median: times[3] ?? 0, worst: times[6] ?? 0, bytes };
}

const protobuf: Encoding = { type: "application/x-protobuf", gzip: false };
const json: Encoding = { type: "application/json", gzip: false };
const sink = await startSink();
await measure(sink, 20_480, batchSpans, protobuf);
const floor = await measure(sink, spansPerRow, batchSpans, protobuf);
await sink.stop();

const store = await startStore();
const idleMb = rssMb(store.pid);
await measure(store, 20_480, batchSpans, protobuf);
const rows: [string, Awaited<ReturnType<typeof measure>>][] = [
  ["sink: read, answer, forget", floor],
  [`protobuf, ${batchSpans} a batch`, await measure(store, spansPerRow, batchSpans, protobuf)],
  ["protobuf, gzip", await measure(store, spansPerRow, batchSpans, { ...protobuf, gzip: true })],
  ["protobuf, 32 a batch", await measure(store, spansPerRow / 4, 32, protobuf)],
  ["JSON", await measure(store, spansPerRow / 2, batchSpans, json)],
  ["JSON, gzip", await measure(store, spansPerRow / 2, batchSpans, { ...json, gzip: true })],
  ["protobuf, evicting at the cap", await measure(store, spansPerRow, batchSpans, protobuf)],
];
const reference = rows[1]?.[1].perCpuSecond ?? 1;
console.table(
  rows.map(([what, { perSecond, perCpuSecond, bytesPerSpan }]) => ({
    what,
    "spans/s wall": Math.round(perSecond),
    "spans/CPU-s": Math.round(perCpuSecond),
    "ratio to protobuf": Number((perCpuSecond / reference).toFixed(2)),
    "bytes/span": Math.round(bytesPerSpan),
  })),
);

const stats = await (await fetch(`http://127.0.0.1:${store.queryPort}/api/holdup/stats`)).json();
console.log("store:", stats, "RSS MB:", { idle: Math.round(idleMb), now: Math.round(rssMb(store.pid)) });

const service = "service=processing-service";
const recent = `order-${orderCount() - 100}`;
const tag = (value: string) => `tags=${encodeURIComponent(JSON.stringify({ "holdup.order_id": value }))}`;
const queries: [string, string][] = [
  ["healthz", "/healthz"],
  ["services", "/api/services"],
  ["20 traces of a service", `/api/traces?${service}&limit=20`],
  [
    "20 summaries",
    `/api/v3/trace-summaries?query.serviceName=processing-service&query.startTimeMin=2020-01-01T00:00:00Z&query.startTimeMax=2100-01-01T00:00:00Z&query.searchDepth=20`,
  ],
  ["20 traces of an operation", `/api/traces?${service}&operation=operation%205&limit=20`],
  ["a recent order by tag", `/api/traces?${service}&limit=1&${tag(recent)}`],
  ["no order has the tag", `/api/traces?${service}&${tag("order-none")}`],
  ["every span decoded, none fits", `/api/traces?${service}&tag=resource.samples:12345`],
  ["no span is that long", `/api/traces?${service}&minDuration=1h`],
  ["1,500 traces", `/api/traces?${service}&limit=1500`],
  ["dependencies", "/api/dependencies"],
];
const answers: Record<string, string | number>[] = [];
let healthzMs = 0;
for (const [what, path] of queries) {
  const { median, worst, bytes } = await queryMs(store.queryPort, path);
  healthzMs ||= median;
  answers.push({
    what,
    "median ms": Number(median.toFixed(2)),
    "worst ms": Number(worst.toFixed(2)),
    "ratio to healthz": Math.round(median / healthzMs),
    KB: Math.round(bytes / 1024),
  });
}
console.table(answers);
agent.destroy();
await store.stop();
