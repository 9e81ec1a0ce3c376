/**
 * How long the console's /healthz and a page's window wait while it reads and explains 200,000 spans, and its memory. Another
 * number of spans may be given. The console runs as in the lab, with a fake Jaeger and without Kafka and Redis.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import type { WindowAnswer } from "../console/api.ts";
import { jaegerTrace, usOf } from "../console/server/traces/jaeger-json.fixture.ts";
import { percentilesOf } from "../core/percentiles.ts";
import { makeSpans } from "../explain/oracle/make-spans.fixture.ts";
import { nodeFlags } from "../lab/system/process/node-flags.ts";

const count = Number(process.argv[2] ?? 200_000);
/** The generated spans lie within this much of the past. */
const historyMs = 10 * 60_000;
const askEveryMs = 10;
const settledMs = 15_000;

type Waits = { readonly p50Ms: number; readonly p99Ms: number; readonly maxMs: number };
type Trace = { readonly fromMs: number; readonly json: string };

/** Traces as Jaeger writes them, by start time; the last one started a few seconds ago. */
function makeTraces(): Trace[] {
  const spans = [...makeSpans({ spans: count, seed: 1 })].flat();
  const firstNs = spans.reduce((ns, { startNs }) => (startNs < ns ? startNs : ns), spans[0]?.startNs ?? 0n);
  const lastNs = spans.reduce((ns, { endNs }) => (endNs > ns ? endNs : ns), 0n);
  const startMs = Date.now() - historyMs - 5_000;
  const scale = historyMs / Number((lastNs - firstNs) / 1_000_000n);
  const squeezed = (ns: bigint) =>
    BigInt(startMs) * 1_000_000n + BigInt(Math.round(Number(ns - firstNs) * scale));
  const traces = Map.groupBy(spans, ({ traceId }) => traceId);
  return [...traces.values()]
    .map((trace) => {
      const own = trace.map((span) => ({
        ...span,
        startNs: squeezed(span.startNs),
        endNs: squeezed(span.endNs),
      }));
      const fromMs = Math.min(...own.map(({ startNs }) => usOf(startNs))) / 1000;
      return { fromMs, json: JSON.stringify(jaegerTrace(own)) };
    })
    .sort((a, b) => b.fromMs - a.fromMs);
}

/** Answers searches of one service by the start of traces; searches of others find nothing. */
function serveJaeger(traces: readonly Trace[]) {
  return createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://jaeger");
    response.setHeader("content-type", "application/json");
    if (pathname === "/api/services") return response.end(`{"data":["api-service"]}`);
    const [fromMs, toMs] = [searchParams.get("start"), searchParams.get("end")].map(
      (us) => Number(us) / 1000,
    );
    const found = traces
      .filter(
        (one) => one.fromMs >= (fromMs ?? 0) && one.fromMs <= (toMs ?? 0) && !searchParams.has("minDuration"),
      )
      .slice(0, Number(searchParams.get("limit")));
    return response.end(`{"data":[${found.map(({ json }) => json).join(",")}]}`);
  });
}

/** Resolves to the port that a child reports to listen on. */
async function portOf(child: ChildProcess): Promise<number> {
  const [message] = await once(child, "message");
  return typeof message === "object" ? message.listening : Number.NaN;
}

/** Resident memory in MB, now and the most so far; Linux only. */
function memoryOf(pid: number | undefined): { now: number; most: number } {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  const mb = (name: string) =>
    Math.round(Number(new RegExp(`${name}:\\s+(\\d+) kB`).exec(status)?.[1]) / 1024);
  return { now: mb("VmRSS"), most: mb("VmHWM") };
}

/** Sends requests until the parent thread posts a message; resolves to the times of the answers. */
async function probe(url: string): Promise<Waits> {
  const waits: number[] = [];
  const asked: Promise<void>[] = [];
  const timer = setInterval(() => {
    const startedMs = performance.now();
    const answered = fetch(url).then((answer) => answer.arrayBuffer());
    asked.push(answered.then(() => void waits.push(performance.now() - startedMs)));
  }, askEveryMs);
  if (parentPort) await once(parentPort, "message");
  clearInterval(timer);
  await Promise.all(asked);
  const times = percentilesOf(waits);
  const tenths = (ms = 0) => Math.round(ms * 10) / 10;
  return { p50Ms: tenths(times?.p50), p99Ms: tenths(times?.p99), maxMs: tenths(times?.max) };
}

async function measure(): Promise<void> {
  const traces = makeTraces();
  const jaeger = serveJaeger(traces).listen(0, "127.0.0.1");
  await once(jaeger, "listening");
  const { port: jaegerPort } = jaeger.address() as AddressInfo;
  const child = spawn(process.execPath, [...nodeFlags, join("console", "main.ts")], {
    cwd: join(import.meta.dirname, ".."),
    env: {
      ...process.env,
      HOLDUP_JAEGER_URL: `http://127.0.0.1:${jaegerPort}`,
      HOLDUP_CONSOLE_PORT: "0",
      // Nothing listens there.
      HOLDUP_KAFKA_BROKERS: "127.0.0.1:9",
      HOLDUP_REDIS_URL: "redis://127.0.0.1:9",
      HOLDUP_LOG_LEVEL: "error",
    },
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  const abort = new AbortController();
  try {
    const url = `http://127.0.0.1:${await portOf(child)}`;
    const ask = async (path: string) => {
      const startedMs = performance.now();
      const text = await (await fetch(url + path)).text();
      return { ms: performance.now() - startedMs, text };
    };
    await delay(2_000);
    // In a thread of its own: this one is busy as Jaeger and as a page.
    const prober = new Worker(new URL(import.meta.url), { workerData: `${url}/healthz` });
    const stream = await fetch(`${url}/api/live`, { signal: abort.signal });
    const following = (async () => {
      for await (const _ of stream.body ?? []);
    })().catch(() => {});
    const startedMs = performance.now();
    let windows = 0;
    let longestMs = 0;
    for (;;) {
      const { ms, text } = await ask(`/api/window?fromMs=${Date.now() - 15 * 60_000}`);
      windows += 1;
      longestMs = Math.max(longestMs, ms);
      const { orders }: WindowAnswer = JSON.parse(text);
      if (orders.length >= traces.length) break;
      await delay(500);
    }
    const knownMs = performance.now() - startedMs;
    await delay(settledMs);
    prober.postMessage("enough");
    const [waits]: readonly Waits[] = await once(prober, "message");
    const memory = memoryOf(child.pid);
    console.table([
      {
        spans: count,
        "all known after s": Math.round(knownMs / 100) / 10,
        "/healthz p50 ms": waits?.p50Ms,
        "p99 ms": waits?.p99Ms,
        "max ms": waits?.maxMs,
        windows,
        "longest window ms": Math.round(longestMs),
        "RSS at most MB": memory.most,
        "RSS after MB": memory.now,
      },
    ]);
    abort.abort();
    await following;
  } finally {
    child.kill();
    await once(child, "exit");
    jaeger.close();
  }
}

if (isMainThread) await measure();
else parentPort?.postMessage(await probe(workerData));
