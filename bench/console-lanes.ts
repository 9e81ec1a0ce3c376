/**
 * Frames per second of the console's lanes with 10,000 deliveries in headless Chromium, while they are panned and zoomed, and the
 * size of the page's first load. The wheel moves in every frame, so every frame is redrawn.
 */
import { readdirSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";
import type { Bar, WindowAnswer } from "../console/api.ts";
import { percentilesOf } from "../core/percentiles.ts";
import { launchBrowser } from "../tests/browser.ts";

const count = Number(process.argv[2] ?? 10_000);
const framesEach = 180;
const pageDir = join(import.meta.dirname, "..", ".holdup", "console");
await import("../console/build.ts");

/** A pipeline of three stages with three partitions each, one message at a time in each partition; every 200th is severe. */
function makeBars(total: number): Bar[] {
  const stages = [
    { topic: "orders", stage: "processing-service", runMs: 60 },
    { topic: "processed-orders", stage: "notification-service", runMs: 40 },
    { topic: "notified-orders", stage: "analytics-service", runMs: 50 },
  ];
  const bars: Bar[] = [];
  const freeAtMs = new Map<string, { atMs: number; bar: Bar }>();
  const startMs = Date.now() - 10 * 60_000;
  for (let n = 0; bars.length < total; n += 1) {
    let availableAtMs = startMs + n * 25;
    for (const { topic, stage, runMs } of stages) {
      const partition = (n * 7) % 3;
      const isSevere = topic === "orders" && n % 200 === 17;
      const lane = `${topic} ${partition}`;
      const before = freeAtMs.get(lane);
      const startedAtMs = Math.max(availableAtMs + 1, before?.atMs ?? 0);
      const ranMs = isSevere ? 4000 : runMs * (0.5 + ((n * 37) % 100) / 100);
      const bar: Bar = {
        id: `${n}/${stage}`,
        order: `${n}`,
        orderName: `order ${n + 1}`,
        item: "book",
        stage,
        topic,
        partition,
        offset: n,
        consumer: `${stage}-${partition + 1}`,
        availableAtMs,
        startedAtMs,
        endedAtMs: startedAtMs + ranMs,
        operation: isSevere ? "extreme_cpu_computation" : "hash_computation",
        intensity: isSevere ? "severe" : n % 9 === 0 ? "heavy" : "medium",
        failed: false,
        cause: "same-partition",
        blockedBy: before?.bar.id,
        blockedMs: startedAtMs - availableAtMs,
        costMs: isSevere ? 40_000 : 0,
        costMessages: isSevere ? 30 : 0,
      };
      bars.push(bar);
      freeAtMs.set(lane, { atMs: bar.endedAtMs, bar });
      availableAtMs = bar.endedAtMs + 2;
    }
  }
  return bars.slice(0, total);
}

const bars = makeBars(count);
const answer: WindowAnswer = {
  fromMs: 0,
  toMs: Date.now(),
  version: 1,
  bars,
  orders: [],
  verdict: { problems: [], blockers: [], stages: [], missing: [] },
  truncated: false,
  numbersFromMs: undefined,
};
const types: Readonly<Record<string, string>> = {
  ".css": "text/css",
  ".js": "text/javascript",
  ".svg": "image/svg+xml",
};

const server = createServer((request, response) => {
  const { pathname } = new URL(request.url ?? "/", "http://console");
  if (pathname === "/api/live") {
    response.writeHead(200, { "content-type": "text/event-stream" }).write(": here\n\n");
  } else if (pathname === "/api/window") {
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(answer));
  } else if (pathname.startsWith("/api/")) {
    response.writeHead(404).end();
  } else {
    const file = pathname === "/" ? "index.html" : pathname.slice(1);
    response.writeHead(200, { "content-type": types[extname(file)] ?? "text/html" });
    response.end(readFileSync(join(pageDir, file)));
  }
});
await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
const { port } = server.address() as AddressInfo;

/** Moves the wheel in every frame; resolves to the times between frames in ms. */
const measure = (frames: number, wheel: string) => `new Promise((done) => {
  const canvas = document.querySelector(".lanes-canvas");
  const { left, top, width } = canvas.getBoundingClientRect();
  const times = [];
  let last;
  let n = 0;
  const frame = (at) => {
    if (last !== undefined) times.push(at - last);
    last = at;
    n += 1;
    if (n > ${frames}) return done(times);
    const at_ = { clientX: left + width / 2, clientY: top + 60, bubbles: true, cancelable: true };
    canvas.dispatchEvent(new WheelEvent("wheel", { ...at_, ...(${wheel})(n) }));
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
})`;

const movements = [
  { name: "panning, all in view", prepare: 0, wheel: "(n) => ({ deltaX: n % 60 < 30 ? 12 : -12 })" },
  { name: "zooming in and out, from all", prepare: 0, wheel: "(n) => ({ deltaY: n % 90 < 45 ? -40 : 40 })" },
  { name: "panning, a tenth in view", prepare: -1150, wheel: "(n) => ({ deltaX: n % 60 < 30 ? 25 : -25 })" },
  {
    name: "panning, a tenth in view, an order selected",
    prepare: 0,
    wheel: "(n) => ({ deltaX: n % 60 < 30 ? 25 : -25 })",
    select: true,
  },
];

const browser = await launchBrowser();
try {
  const rows = [];
  for (const viewport of [
    { width: 1280, height: 800 },
    { width: 1920, height: 1080 },
  ]) {
    const page = await browser.newPage({ viewport });
    await page.goto(`http://127.0.0.1:${port}/#/lanes`);
    await page.locator(".headline .order-name").waitFor();
    for (const { name, prepare, wheel, select } of movements) {
      if (prepare !== 0) await page.evaluate(measure(1, `() => ({ deltaY: ${prepare} })`));
      if (select) await page.locator(".headline .order-name").click();
      const times: number[] = await page.evaluate(measure(framesEach, wheel));
      const percentiles = percentilesOf(times);
      const sum = times.reduce((total, time) => total + time, 0);
      rows.push({
        view: `${viewport.width}×${viewport.height}`,
        movement: name,
        "frames/s": Math.round((1000 * times.length) / sum),
        "95th percentile, ms": Math.round(percentiles?.p95 ?? 0),
        "worst, ms": Math.round(percentiles?.max ?? 0),
      });
    }
    await page.close();
  }
  console.log(`${bars.length} deliveries, ${await browser.version()}`);
  console.table(rows);
} finally {
  await browser.close();
  server.closeAllConnections();
  server.close();
}

const files = readdirSync(pageDir, { recursive: true, encoding: "utf8" }).filter((name) =>
  /\.(html|css|js|svg)$/.test(name),
);
const sizes = files.map((name) => readFileSync(join(pageDir, name)));
const kb = (pack: (content: Buffer) => Buffer) =>
  Math.round(sizes.reduce((sum, content) => sum + pack(content).length, 0) / 100) / 10;
console.table([
  {
    "first load": `${files.length} files`,
    "plain kB": kb((content) => content),
    "gzip kB": kb((content) => gzipSync(content)),
    "brotli kB": kb((content) => brotliCompressSync(content)),
  },
]);
