import { expect, inject, it, vi } from "vitest";
import { describeLag } from "../shared/kafka/offsets.ts";
import { testKafka } from "./kafka.ts";
import { accept, allDone, light } from "./orders.ts";
import { readTrace, type SpanView, spansOfAnOrder, withoutWaits } from "./traces.ts";

const apiUrl = inject("apiUrl");
const patience = { timeout: 60_000, interval: 100 };
/** Spans start at whole milliseconds. */
const precisionUs = 1000;
/** HOLDUP_WAIT_SPAN_MIN_MS has its default. */
const leastWaitUs = 5000;

const severe = { ...light, business_logic: "extreme_cpu_computation" };

/** Waits until the orders of other tests have been handled. */
async function pipelineIsIdle(): Promise<void> {
  const kafka = testKafka(inject("kafkaBrokers"));
  await vi.waitFor(async () => {
    const lags = await describeLag(kafka);
    expect(lags.filter(({ lag }) => lag > 0)).toEqual([]);
  }, patience);
}

type Handled = {
  readonly orderId: string;
  readonly run: SpanView;
  readonly wait: SpanView | undefined;
  readonly availableUs: number;
};

async function handledBy(order: { orderId: string; traceId: string }): Promise<Handled> {
  return vi.waitFor(async () => {
    const spans = await readTrace(inject("jaegerUrl"), order.traceId);
    expect(withoutWaits(spans)).toHaveLength(spansOfAnOrder);
    const run = spans.find(({ name }) => name === "process orders");
    const wait = spans.find(({ name }) => name === "wait orders");
    if (!run) throw new Error("no span process orders");
    const availableUs = Number(run.tags["messaging.kafka.message.timestamp"]) * 1000;
    // Wait spans are written when the consumer has time, so they can arrive last.
    expect(wait === undefined, "no wait span").toBe(run.startUs - availableUs < leastWaitUs);
    return { orderId: order.orderId, run, wait, availableUs };
  }, patience);
}

/** The time of a wait in which another order was handled and so held it up: the only consumer handles one at a time. */
function behindUs(waiting: Handled, other: Handled): number {
  const fromUs = Math.max(waiting.availableUs, other.run.startUs);
  return Math.max(0, Math.min(waiting.run.startUs, other.run.endUs) - fromUs);
}

/** Sends ten orders, the second one severe; again until at least one waits behind that. */
async function severeBurst(): Promise<{ handled: readonly Handled[]; culprit: Handled }> {
  for (;;) {
    await pipelineIsIdle();
    const send = (n: number) =>
      accept(apiUrl, { item: `burst-${n}`, quantity: 1, seed: n, workload: n === 1 ? severe : light });
    const orders = [await send(0), await send(1), ...(await Promise.all([2, 3, 4, 5, 6, 7, 8, 9].map(send)))];
    await allDone(apiUrl, orders);
    const handled = await Promise.all(orders.map(handledBy));
    const [, culprit] = handled;
    if (culprit && handled.some((one) => one !== culprit && behindUs(one, culprit) > leastWaitUs)) {
      return { handled, culprit };
    }
  }
}

it("names a severe order on the wait of exactly the orders behind it", async () => {
  const { handled, culprit } = await severeBurst();
  const isBehind = (one: Handled) => behindUs(one, culprit) > precisionUs;
  const behind = handled.filter((one) => one !== culprit && isBehind(one));
  const linked = handled.filter(({ wait }) => wait?.links.includes(culprit.run.spanId));
  expect(linked.filter(isBehind)).toEqual(behind.filter(({ wait }) => wait));
  expect(linked.every((one) => behindUs(one, culprit) > 0)).toBe(true);

  for (const one of handled) {
    const costs = handled
      .filter((other) => other !== one)
      .map((other) => ({ other, us: behindUs(one, other) }))
      .sort((a, b) => b.us - a.us);
    const [worst, next] = costs;
    // Of nearly equal ones, either can be named.
    if (!one.wait || !worst || worst.us - (next?.us ?? 0) <= 2 * precisionUs) continue;
    const samePartition =
      one.run.tags["messaging.destination.partition.id"] ===
      worst.other.run.tags["messaging.destination.partition.id"];
    expect(one.wait.tags).toMatchObject({
      "holdup.order.id": one.orderId,
      "holdup.blocked_by.order_id": worst.other.orderId,
      "holdup.blocked_by.span_id": worst.other.run.spanId,
      "holdup.blocked_by.partition": Number(worst.other.run.tags["messaging.destination.partition.id"]),
      "holdup.blocked_by.offset": Number(worst.other.run.tags["messaging.kafka.offset"]),
      [samePartition ? "holdup.wait.same_partition_ms" : "holdup.wait.same_consumer_ms"]: expect.any(Number),
    });
    if (worst.other === culprit) {
      expect(one.wait.tags["holdup.blocked_by.operation"]).toBe("extreme_cpu_computation");
    }
  }
});
