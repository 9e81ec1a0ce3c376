import { createServer } from "node:http";
import { expect, it, onTestFinished } from "vitest";
import { handled, offset, sent } from "../../explain/deliveries/spans.fixture.ts";
import { encodeJaeger } from "../../explain/read/encode.fixture.ts";
import type { Span } from "../../explain/span.ts";
import { stages as pipeline } from "../../shared/pipeline/stages.ts";
import { createLedger } from "../../traffic/ledger.ts";
import { planOrders } from "../../traffic/order-plan.ts";
import { type BurstSummary, summarise } from "../../traffic/summary.ts";
import { explainBurst } from "./explain-burst.ts";

const traceOf = (number: number) => `${number}`.repeat(32);
const never = new AbortController().signal;

/** Two orders that have gone through all stages. */
function summaryOfTwo(): BurstSummary {
  const plan = { count: 2, items: 2, seed: 1, forcings: [] };
  const ledger = createLedger(
    planOrders(plan, (_, index) => index),
    () => 0,
  );
  for (const number of [1, 2]) {
    ledger.sent(number);
    ledger.answered(number, { accepted: true, orderId: `id-${number}`, traceId: traceOf(number) });
    const stages = Object.fromEntries(pipeline.map(({ name }) => [name, { startedMs: 1, endedMs: 2 }]));
    ledger.seen(number, { status: "done", stages });
  }
  const startedAt = new Date("2026-01-01T00:00:00.000Z");
  return summarise({ ledger, plan, apiUrl: "http://api", startedAt, nowMs: 100, ended: "complete" });
}

/** Spans of an order from the first stages. */
function spansOf(number: number, stages: number): Span[] {
  const traceId = traceOf(number);
  return pipeline.slice(0, stages).flatMap(({ topic, group }, n) => {
    const facts = {
      ...offset(number),
      "messaging.consumer.group.name": group,
      "holdup.order.id": `id-${number}`,
    };
    const id = `${number}${n}`;
    return [
      sent({ id: `${id}`.padStart(16, "a"), traceId, topic, at: n * 10, for: 1 }),
      handled({
        id: `${id}`.padStart(16, "b"),
        traceId,
        topic,
        parentSpanId: `${id}`.padStart(16, "a"),
        at: n * 10 + 2,
        for: 5,
        facts,
      }),
    ];
  });
}

/** Jaeger's query API; each answer is more complete than the last. */
async function startJaeger(answers: readonly (readonly Span[])[]) {
  let asked = 0;
  const server = createServer((request, response) => {
    if (request.url === "/api/services") {
      response.end(JSON.stringify({ data: ["lab"] }));
      return;
    }
    response.end(encodeJaeger(answers[Math.min(asked, answers.length - 1)] ?? []).text);
    asked += 1;
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const address = server.address();
  const port = typeof address === "object" ? address?.port : undefined;
  return { url: `http://127.0.0.1:${port}`, asked: () => asked };
}

/** A clock whose pauses end at once. */
function createFastClock() {
  let nowMs = 0;
  return {
    nowMs: () => nowMs,
    sleep: async (ms: number) => {
      nowMs += ms;
    },
  };
}

it("waits until the last delivery of every analysed order has arrived", async () => {
  const first = spansOf(1, pipeline.length);
  const answers = [[], first, [...first, ...spansOf(2, pipeline.length - 1)]];
  const jaeger = await startJaeger([...answers, [...first, ...spansOf(2, pipeline.length)], []]);
  const { explanation, incomplete } = await explainBurst(summaryOfTwo(), jaeger.url, never, undefined, {
    clock: createFastClock(),
  });
  expect(jaeger.asked()).toBe(4);
  expect(incomplete).toEqual([]);
  expect(explanation.orders.map(({ name, deliveries }) => [name, deliveries.length])).toEqual([
    ["order 1", pipeline.length],
    ["order 2", pipeline.length],
  ]);
});

it("gives up after a while, and lists the incomplete orders", async () => {
  const jaeger = await startJaeger([[...spansOf(1, pipeline.length), ...spansOf(2, 1)]]);
  const { explanation, incomplete } = await explainBurst(summaryOfTwo(), jaeger.url, never, undefined, {
    clock: createFastClock(),
  });
  expect(incomplete).toEqual([2]);
  expect(explanation.orders).toHaveLength(2);
  expect(jaeger.asked()).toBeGreaterThan(10);
});

it("stops when it is interrupted", async () => {
  const jaeger = await startJaeger([[]]);
  const { incomplete } = await explainBurst(summaryOfTwo(), jaeger.url, AbortSignal.abort());
  expect(incomplete).toEqual([1, 2]);
  expect(jaeger.asked()).toBe(1);
});

it("throws when the traces cannot be read", async () => {
  await expect(explainBurst(summaryOfTwo(), "http://127.0.0.1:9", never)).rejects.toMatchObject({
    code: "HOLDUP_JAEGER_UNREACHABLE",
  });
});
