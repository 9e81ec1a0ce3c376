import { describe, expect, it } from "vitest";
import { handled, offset, sent } from "../deliveries/spans.fixture.ts";
import { explain } from "../explain.ts";

/** Two slots for so many keys in turn, messages of one key one after the other; the last ones go to another consumer. */
const byKey = (keys: number, elsewhere = 0) =>
  Array.from({ length: 40 }, (_, n) => {
    const isElsewhere = n >= 40 - elsewhere;
    const facts = {
      ...offset(n),
      "messaging.destination.partition.id": isElsewhere ? "1" : "0",
      "messaging.client.id": isElsewhere ? "d" : "c",
      "messaging.kafka.message.key": `k${n % keys}`,
      "holdup.consumer.concurrency": 2,
    };
    const place = isElsewhere ? n - (40 - elsewhere) : n;
    const [traceId, at] = [`t${n}`, Math.floor(place / 2) * 100 + (place % 2) * 10];
    return [
      sent({ id: "s", traceId, at: 0, for: 0 }),
      handled({ id: "p", traceId, parentSpanId: "s", at, for: 90, facts }),
    ];
  }).flat();

describe("what would help", () => {
  it("is told of keys where messages of other keys overtake", () => {
    const [problem] = explain(byKey(8)).problems;
    expect(problem?.help).toContain(
      "With a slot for every key (as many messages at a time as there are keys)",
    );
    expect(explain(byKey(2)).problems[0]?.help).toBe(
      "Send fewer orders, shorten the work or use more keys. More slots alone would not have helped: messages wait for others with their key.",
    );
  });

  it("is told of partitions where these are consumed in order", () => {
    const spans = Array.from({ length: 20 }, (_, n) => [
      sent({ id: "s", traceId: `t${n}`, at: 0, for: 0 }),
      handled({ id: "p", traceId: `t${n}`, parentSpanId: "s", at: n * 100, for: 99, facts: offset(n) }),
    ]).flat();
    expect(explain(spans).problems[0]?.help).toBe(
      "Send fewer orders, shorten the work or use more partitions. More slots alone would not have helped: messages wait for others in their partition.",
    );
  });

  it("is told of a hot partition, however many keys it has", () => {
    expect(explain(byKey(8, 4)).problems).toMatchObject([
      { class: "hot-partition", why: "One of 2 partitions has 90 % of the work." },
    ]);
  });
});
