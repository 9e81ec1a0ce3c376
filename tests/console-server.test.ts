import { describe, expect, inject, it, onTestFinished, vi } from "vitest";
import type { BurstProgress, LiveEvent, OrderAnswer, WindowAnswer } from "../console/api.ts";
import { stages as pipelineStages, serviceNames } from "../shared/pipeline/stages.ts";
import { pageToken } from "./console-page.ts";
import { accept } from "./orders.ts";

const consoleUrl = inject("consoleUrl");
const apiUrl = inject("apiUrl");
const jaegerUrl = inject("jaegerUrl");
const patience = { timeout: 30_000, interval: 200 };

async function change(method: string, path: string, body: unknown, headers: Record<string, string> = {}) {
  const answer = await fetch(consoleUrl + path, {
    method,
    headers: {
      origin: consoleUrl,
      "x-holdup-token": await pageToken(consoleUrl),
      "content-type": "application/json",
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  return { status: answer.status, body: text === "" ? undefined : JSON.parse(text) };
}

/** Collects the live events from now on. */
async function listen() {
  const abort = new AbortController();
  const answer = await fetch(`${consoleUrl}/api/live`, { signal: abort.signal });
  const all: LiveEvent[] = [];
  const reading = (async () => {
    let text = "";
    for await (const part of answer.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      text += part;
      const blocks = text.split("\n\n");
      text = blocks.pop() ?? "";
      for (const block of blocks) {
        const [, event, data] = /^event: (.+)\ndata: (.+)$/.exec(block) ?? [];
        // The server keeps its contract; the tests below read its fields.
        if (event !== undefined && data !== undefined)
          all.push({ event, data: JSON.parse(data) } as LiveEvent);
      }
    }
  })().catch(() => {});
  onTestFinished(async () => {
    abort.abort();
    await reading;
  });
  return all;
}

function latest<E extends LiveEvent["event"]>(events: readonly LiveEvent[], name: E) {
  const found = events.findLast(({ event }) => event === name);
  // The name determines the type of the data.
  return found?.data as Extract<LiveEvent, { event: E }>["data"] | undefined;
}

async function get<T>(path: string): Promise<T> {
  const answer = await fetch(consoleUrl + path);
  const body = await answer.json();
  if (answer.status !== 200) throw new Error(JSON.stringify(body));
  return body as T;
}

describe("a burst from the console", () => {
  it("is reported to its end, and appears in lanes, rows and the page of an order", async () => {
    const events = await listen();
    const fromMs = Date.now();
    const { status, body } = await change("POST", "/api/bursts", {
      count: 6,
      rate: 20,
      items: 3,
      seed: 5,
      force: ["2:business_logic=extreme_cpu_computation"],
    });
    expect(status).toBe(202);
    const begun: BurstProgress = body;
    expect(begun).toMatchObject({ count: 6, seed: 5, ended: false });
    const second = await change("POST", "/api/bursts", { count: 1 });
    expect([second.status, second.body.code]).toEqual([409, "HOLDUP_BURST_UNDER_WAY"]);

    await vi.waitFor(
      () =>
        expect(latest(events, "burst")).toMatchObject({
          id: begun.id,
          sent: 6,
          accepted: 6,
          done: 6,
          ended: true,
        }),
      { ...patience, timeout: 60_000 },
    );
    const orders = latest(events, "burst")?.orders ?? [];
    expect(new Set(orders).size).toBe(6);
    await vi.waitFor(() => {
      const sent = events.flatMap((one) => (one.event === "deliveries" ? one.data.bars : []));
      const bars = new Map(sent.filter(({ order }) => orders.includes(order)).map((bar) => [bar.id, bar]));
      expect(bars.size).toBe(6 * pipelineStages.length);
    }, patience);

    const window = await get<WindowAnswer>(`/api/window?fromMs=${fromMs}`);
    const bars = window.bars.filter(({ order }) => orders.includes(order));
    expect(new Set(bars.map(({ stage }) => stage))).toEqual(
      new Set(pipelineStages.map(({ group }) => group)),
    );
    expect(new Set(bars.map(({ item }) => item))).toEqual(new Set(["product-1", "product-2", "product-3"]));
    for (const bar of bars) {
      expect(bar.partition).toBeGreaterThanOrEqual(0);
      expect(bar.startedAtMs).toBeGreaterThanOrEqual(bar.availableAtMs ?? Number.NaN);
    }
    const rows = window.orders.filter(({ id }) => orders.includes(id));
    expect(rows).toHaveLength(6);
    for (const { stages } of rows) {
      expect(stages).toEqual(Object.fromEntries(pipelineStages.map(({ group }) => [group, "done"])));
    }
    expect(window.verdict.stages.map(({ stage }) => stage)).toEqual(pipelineStages.map(({ group }) => group));

    const severe = await get<OrderAnswer>(`/api/orders/${orders[1]}`);
    expect(severe.order.orderId).toBe(orders[1]);
    expect(severe.deliveries).toHaveLength(pipelineStages.length);
    const spans = severe.spans.map(({ name }) => name);
    expect(spans).toEqual(
      expect.arrayContaining(["POST /order", "process orders", "business_logic", "data_analysis"]),
    );
    const forced = severe.spans.find(({ name }) => name === "business_logic");
    expect(forced?.attributes["workload.operation"]).toBe("extreme_cpu_computation");
    expect(forced?.startedAtMs).toBeGreaterThan(fromMs);
    expect(severe.usage.map(({ instance }) => instance)).toEqual(
      serviceNames.map((name) => `${name}-1`).toSorted(),
    );
    for (const { atMs, cpuPercent } of severe.usage)
      expect([atMs.length > 1, cpuPercent.length]).toEqual([true, atMs.length]);
    // The embedded trace store has no page to link to.
    expect(severe).not.toHaveProperty("jaegerUrl");
    expect(await get<OrderAnswer>(`/api/orders/${severe.order.traceId}`)).toMatchObject({
      order: { orderId: orders[1] },
    });
  }, 120_000);

  it("can be ended", async () => {
    const events = await listen();
    expect((await change("POST", "/api/bursts", { count: 100, rate: 1 })).status).toBe(202);
    expect((await change("DELETE", "/api/bursts", undefined)).status).toBe(204);
    await vi.waitFor(
      () => expect(latest(events, "burst")).toMatchObject({ count: 100, ended: true }),
      patience,
    );
    expect(latest(events, "burst")?.sent).toBeLessThan(100);
  });
});

describe("while a page is open", () => {
  it("topics, services and the messages being handled are sent every second", async () => {
    const events = await listen();
    await vi.waitFor(
      () => expect(latest(events, "pipeline")?.instances).toHaveLength(serviceNames.length),
      patience,
    );
    const pipeline = latest(events, "pipeline");
    expect(pipeline?.problems).toEqual([]);
    expect(pipeline?.topics.map(({ topic, partitions }) => [topic, partitions.length])).toEqual(
      pipelineStages.map(({ topic }) => [topic, 3]),
    );
    for (const { memoryMb, source, workers } of pipeline?.instances ?? []) {
      expect(memoryMb).toBeGreaterThan(30);
      expect([source, workers.queued]).toEqual(["process", 0]);
    }
    // At this lab's scale single operations are short, but a hundred take a while.
    const { body } = await change("POST", "/api/bursts", { count: 60, rate: 100, items: 60 });
    const { id }: BurstProgress = body;
    await vi.waitFor(
      () => {
        const runs = events.flatMap((one) => (one.event === "running" ? one.data : []));
        expect(runs.some(({ operation, order }) => operation !== undefined && order !== "")).toBe(true);
        const lags = events.flatMap((one) => (one.event === "pipeline" ? one.data.topics : []));
        expect(lags.flatMap(({ partitions }) => partitions).some(({ lag }) => lag > 0)).toBe(true);
      },
      { ...patience, timeout: 60_000 },
    );
    await vi.waitFor(() => expect(latest(events, "burst")).toMatchObject({ id, ended: true }), {
      ...patience,
      timeout: 60_000,
    });
  }, 150_000);
});

describe("a single order", () => {
  it("is found by its id, and its item is never HTML", async () => {
    const item = "<script>alert(1)</script>";
    const { status, body } = await change("POST", "/api/orders", { item, quantity: 1 });
    expect(status).toBe(202);
    await vi.waitFor(async () => {
      const { deliveries } = await get<OrderAnswer>(`/api/orders/${body.orderId}`);
      expect(deliveries).toHaveLength(pipelineStages.length);
    }, patience);
    const answer = await fetch(`${consoleUrl}/api/window`);
    expect(answer.headers.get("content-type")).toBe("application/json; charset=utf-8");
    expect(answer.headers.get("x-content-type-options")).toBe("nosniff");
    await answer.body?.cancel();
    const { orders } = await get<WindowAnswer>("/api/window");
    expect(orders.find(({ id }) => id === body.orderId)).toMatchObject({ item });
  });

  it("is refused when the API would refuse it, and when it comes from a foreign page", async () => {
    const wrong = await change("POST", "/api/orders", { item: "", quantity: 1 });
    expect([wrong.status, wrong.body.errors]).toMatchObject([400, [{ field: "item" }]]);
    const foreign = { origin: "http://evil.example" };
    expect((await change("POST", "/api/orders", { item: "a", quantity: 1 }, foreign)).status).toBe(403);
    const stranger = { "x-holdup-token": "x" };
    expect((await change("POST", "/api/orders", { item: "a", quantity: 1 }, stranger)).status).toBe(403);
  });

  it("is not found when it does not exist", async () => {
    for (const id of ["11111111-1111-4111-8111-111111111111", "abcdef", "no id at all"]) {
      const answer = await fetch(`${consoleUrl}/api/orders/${encodeURIComponent(id)}`);
      expect([id, answer.status]).toEqual([id, 404]);
    }
  });
});

it("is where the trace store redirects browsers to", async () => {
  const { traceId } = await accept(apiUrl, { item: "led", quantity: 1 });
  const answer = await fetch(`${jaegerUrl}/trace/${traceId}`, { redirect: "manual" });
  expect([answer.status, answer.headers.get("location")]).toEqual([302, `${consoleUrl}/#/trace/${traceId}`]);
});
