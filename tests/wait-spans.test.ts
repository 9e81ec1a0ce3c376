import { describe, expect, it } from "vitest";
import { hasWaited, heldTopic, spansOf } from "./held-stage.ts";
import type { SpanView } from "./traces.ts";

const concurrently = { HOLDUP_CONCURRENT_PARTITIONS: "3" };

/** Attributes of a wait to which the delivery of `run` contributed most. */
function blockedBy(run: SpanView) {
  return {
    "holdup.blocked_by.order_id": run.tags["holdup.order.id"],
    "holdup.blocked_by.trace_id": expect.stringMatching(/^[0-9a-f]{32}$/),
    "holdup.blocked_by.span_id": run.spanId,
    "holdup.blocked_by.partition": Number(run.tags["messaging.destination.partition.id"]),
    "holdup.blocked_by.offset": Number(run.tags["messaging.kafka.offset"]),
    "holdup.blocked_by.operation": "extreme_cpu_computation",
    "holdup.blocked_by.ms": expect.any(Number),
  };
}

/** Sends a message behind one that is being handled for a long time. */
async function behindALongOne(partition: number, env: Readonly<Record<string, string>> = {}) {
  const { topic, send, consume } = await heldTopic();
  const consumer = await consume(env);
  const long = await send(0, "extreme_cpu_computation");
  await consumer.holds(long);
  const behind = await send(partition);
  await hasWaited(behind);
  await consumer.finish(long, behind);
  const { run: blocker } = await spansOf(topic, long);
  return { long, behind, blocker, ...(await spansOf(topic, behind)) };
}

/** Longest time that polling and fetching are assumed to take, ms. */
const transportMs = 50;

/** The same with free slots; repeated while the machine is too busy to fetch as soon as the long one ends. */
async function behindALongOneFetchedAtOnce() {
  for (;;) {
    const messages = await behindALongOne(1, concurrently);
    const idleMs = Number(messages.run.tags["holdup.fetched_at"]) - messages.blocker.endUs / 1000;
    if (idleMs < transportMs - 1) return messages;
  }
}

describe("the wait of a message", () => {
  it("behind a long message of its partition is a span that names that message and links to it", async () => {
    const { long, behind, blocker, run, wait } = await behindALongOne(0);
    expect(wait?.tags).toMatchObject({
      ...blockedBy(blocker),
      "span.kind": "internal",
      "otel.scope.name": "holdup",
      "holdup.order.id": behind.orderId,
      "holdup.wait.cause": "same-partition",
      "holdup.wait.behind": 1,
      "holdup.blocked_by.order_id": long.orderId,
      "holdup.blocked_by.trace_id": long.traceId,
      "holdup.wait.same_partition_ms": wait?.tags["holdup.blocked_by.ms"],
    });
    expect(wait?.links).toEqual([blocker.spanId]);
    expect([wait?.parentId, run.parentId]).toEqual([behind.producerId, behind.producerId]);
    expect(wait?.startUs).toBe(Number(run.tags["messaging.kafka.message.timestamp"]) * 1000);
    expect(wait?.endUs).toBe(run.startUs);
    expect(Number(wait?.tags["holdup.wait.ms"]) * 1000).toBe(run.startUs - (wait?.startUs ?? 0));
  });

  it("for another partition's message is charged to the consumer, which handles one at a time", async () => {
    const { blocker, wait } = await behindALongOne(1);
    expect(wait?.tags).toMatchObject({ ...blockedBy(blocker), "holdup.wait.cause": "same-consumer" });
    expect(wait?.links).toEqual([blocker.spanId]);
  });

  it("for another partition's batch is charged to the fetch that it held up, where slots are free", async () => {
    const { blocker, run, wait } = await behindALongOneFetchedAtOnce();
    expect(run.tags["holdup.consumer.concurrency"]).toBe(3);
    expect(wait?.tags).toMatchObject({ ...blockedBy(blocker), "holdup.wait.cause": "fetch-barrier" });
  });

  it("is not charged to a run of another partition at the same time", async () => {
    const { topic, send, consume } = await heldTopic();
    const [long, first, second] = [await send(0), await send(1), await send(1)];
    const consumer = await consume(concurrently);
    // One fetch returns all three; the second of partition 1 waits for the first one, while partition 0 is being handled.
    await consumer.holds(long);
    await consumer.holds(first);
    await hasWaited(second);
    await consumer.release(first);
    await consumer.holds(second);
    await consumer.finish(second, long);
    const { run: ahead } = await spansOf(topic, first);
    const { wait } = await spansOf(topic, second);
    expect(wait?.links).toEqual([ahead.spanId]);
    expect(wait?.tags["holdup.wait.behind"]).toBe(1);
  });

  it("for a consumer that joins late is charged only to the group", async () => {
    const { topic, send, consume } = await heldTopic();
    const early = await send(2);
    await hasWaited(early);
    const consumer = await consume();
    await consumer.finish(early);
    const { run, wait } = await spansOf(topic, early);
    expect(wait?.tags).toMatchObject({ "holdup.wait.cause": "rebalance", "holdup.wait.behind": 0 });
    expect(wait?.tags).not.toHaveProperty(["holdup.blocked_by.ms"]);
    expect(wait?.links).toEqual([]);
    const availableMs = Number(run.tags["messaging.kafka.message.timestamp"]);
    expect(wait?.tags["holdup.wait.rebalance_ms"]).toBe(
      Number(run.tags["holdup.partition.assigned_at"]) - availableMs,
    );
  });

  it("has no span when it is shorter than the setting", async () => {
    const { topic, send, consume } = await heldTopic();
    const consumer = await consume({ HOLDUP_WAIT_SPAN_MIN_MS: "60000" });
    const [first, behind] = [await send(0), await send(0)];
    await hasWaited(behind);
    await consumer.finish(first, behind);
    expect((await spansOf(topic, first)).wait).toBeUndefined();
    expect((await spansOf(topic, behind)).wait).toBeUndefined();
  });

  it("for an idle consumer is only the transport from the broker", async () => {
    const { topic, send, handled, consume } = await heldTopic();
    const consumer = await consume({ HOLDUP_WAIT_SPAN_MIN_MS: "0" });
    const sent = [];
    for (let n = 0; n < 10; n += 1) {
      const one = await send(n % 3);
      await consumer.release(one);
      await handled(n + 1);
      sent.push(one);
    }
    await consumer.finish();
    // The first one waits for the consumer to join; the transport of another may be shorter than the clock's resolution.
    const waits = await Promise.all(sent.slice(1).map((one) => spansOf(topic, one)));
    const written = waits.flatMap(({ wait }) => (wait ? [wait.tags] : []));
    expect(written.map((tags) => tags["holdup.wait.cause"])).toContain("transport");
    expect(new Set(written.map((tags) => tags["holdup.wait.behind"]))).toEqual(new Set([0]));
  });
});
