import { expect, it } from "vitest";
import { handled, offset, sent, span } from "../../deliveries/spans.fixture.ts";
import { createSpanReader } from "../../spans/span-reader.ts";
import { pack, unpack } from "./transfer.ts";

it("gives back the batch that was packed", () => {
  const reader = createSpanReader();
  const facts = {
    ...offset(7),
    "messaging.kafka.message.key": "k",
    "messaging.message.id": "m",
    "messaging.batch.message_count": 3,
    "messaging.kafka.message.timestamp": 1_767_225_600_001,
    "holdup.fetched_at": 1_767_225_600_002,
    "holdup.consumer.concurrency": 2,
    "holdup.delivery.skipped": true,
  };
  for (const one of [
    sent({ id: "s", at: 0, for: 1 }),
    handled({ id: "p", parentSpanId: "s", at: 5, for: 5, facts, scope: "a scope", failed: true }),
    handled({ id: "q", at: 5, for: 5, resource: undefined, unread: ["messaging.kafka.offset", "links"] }),
    span({ id: "w", at: 6, for: 1, attributes: { "workload.operation": "hash", "holdup.attempt": 2 } }),
    span({ id: "l", at: 6, for: 1, links: [{ traceId: "t", spanId: "s" }] }),
  ])
    reader.add(one);
  const [batch] = reader.end().batches;
  if (!batch) throw new Error("No batch.");
  const crossed = structuredClone(pack(batch));
  expect(unpack(crossed, (text) => text)).toEqual(batch);
});
