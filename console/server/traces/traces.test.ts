import { createServer } from "node:http";
import { pino } from "pino";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { listen } from "../../../shared/http/server.ts";
import type { WindowAnswer } from "../../api.ts";
import type { Numbers } from "./protocol.ts";
import { createTraces } from "./traces.ts";

const settings = { jaegerUrl: "http://127.0.0.1:9", historyMs: 900_000, maxSpans: 50_000 };
const dying = new URL("./worker-that-dies.fixture.ts", import.meta.url);
const window = { fromMs: 0, toMs: 1, running: [] };

/** Order numbers without Redis. */
function keptNumbers() {
  let kept: Numbers = { orders: [["known", 7]], fromMs: 5 };
  return {
    read: async () => kept,
    now: () => kept,
    add({ orders, fromMs }: Numbers) {
      kept = { orders: [...kept.orders, ...orders], fromMs };
    },
  };
}

function start(options: { file?: URL; heapMb?: number; jaegerUrl?: string } = {}) {
  const { jaegerUrl = settings.jaegerUrl, ...rest } = options;
  const lines: Record<string, unknown>[] = [];
  const log = pino({ level: "warn" }, { write: (line) => void lines.push(JSON.parse(line)) });
  const traces = createTraces({
    settings: { ...settings, jaegerUrl },
    numbers: keptNumbers(),
    log,
    restartMs: 1,
    ...rest,
  });
  onTestFinished(() => traces.stop());
  return { traces, lines };
}

async function windowOf(traces: ReturnType<typeof createTraces>): Promise<Record<string, unknown>> {
  return vi.waitFor(
    async () => JSON.parse(new TextDecoder().decode(await traces.request("window", window))),
    {
      timeout: 20_000,
    },
  );
}

describe("the thread that keeps the traces", () => {
  it("passes on responses and errors of the thread", async () => {
    const { traces } = start({ file: dying });
    expect(await windowOf(traces)).toMatchObject({ name: "window", maxSpans: 50_000 });
    await expect(traces.request("fetchTrace", "refuse")).rejects.toMatchObject({
      code: "HOLDUP_TRACES_UNREADABLE",
      message: "Jaeger is down.",
    });
  });

  it.each(["exit", "throw"])(
    "is replaced when it dies of %s, which is logged and reported",
    async (death) => {
      const { traces, lines } = start({ file: dying });
      const waiting = traces.request("fetchTrace", "never");
      await expect(traces.request("fetchTrace", death)).rejects.toMatchObject({
        code: "HOLDUP_TRACES_UNREADABLE",
      });
      await expect(waiting).rejects.toMatchObject({ code: "HOLDUP_TRACES_UNREADABLE" });
      expect(traces.problem()).toMatch(/restarted/);
      expect(lines).toMatchObject([{ level: 50, msg: expect.stringContaining("has died") }]);
      expect(await windowOf(traces)).toMatchObject({ maxSpans: 50_000 });
      expect(traces.problem()).toBeUndefined();
    },
  );

  it("keeps half as many spans after running out of memory, and reports it from then on", async () => {
    const { traces, lines } = start({ file: dying, heapMb: 32 });
    await expect(traces.request("fetchTrace", "fill the memory")).rejects.toMatchObject({
      code: "HOLDUP_TRACES_UNREADABLE",
    });
    expect(lines).toMatchObject([{ why: "it needed more than 32 MB", maxSpans: 25_000 }]);
    expect(await windowOf(traces)).toMatchObject({ maxSpans: 25_000 });
    expect(traces.problem()).toMatch(/^Only the newest 25,000 spans are kept/);
  });

  it("gets the numbers of orders and the open page again when it is replaced", async () => {
    const { traces } = start({ file: dying });
    await traces.setWatched(true);
    await traces.request("fetchTrace", "number 3");
    await expect(traces.request("fetchTrace", "exit")).rejects.toThrow();
    expect(await windowOf(traces)).toMatchObject({
      isWatched: true,
      numbers: {
        orders: [
          ["known", 7],
          ["number 3", 3],
        ],
        fromMs: 5,
      },
    });
  });
});

it("reports why Jaeger's traces cannot be read until they can be read", async () => {
  const paths: (string | undefined)[] = [];
  let isAway = true;
  const jaeger = createServer((request, response) => {
    paths.push(request.url);
    response.statusCode = isAway ? 500 : 200;
    response.setHeader("content-type", "application/json").end(`{"data":[]}`);
  });
  const port = await listen(jaeger, 0, "127.0.0.1");
  onTestFinished(() => void jaeger.close());
  const { traces, lines } = start({ jaegerUrl: `http://127.0.0.1:${port}` });
  await vi.waitFor(() => expect(traces.problem()).toMatch(/500/), { timeout: 20_000 });
  expect(lines).toMatchObject([{ level: 40 }]);
  isAway = false;
  await traces.setWatched(true);
  await vi.waitFor(() => expect(traces.problem()).toBeUndefined(), { timeout: 20_000 });
  const json = await traces.request("window", window);
  const answer: WindowAnswer = JSON.parse(new TextDecoder().decode(json));
  expect(answer).toMatchObject({ fromMs: 0, toMs: 1, bars: [], orders: [] });
});
