import { describe, expect, it } from "vitest";
import { handled, offset, sent } from "../deliveries/spans.fixture.ts";
import { explain } from "../explain.ts";

/** Messages of `keys` keys in turn on two slots, in order per key; the last `others` go to another consumer. */
const byKey = (keys: number, others = 0) =>
  Array.from({ length: 40 }, (_, n) => {
    const isOther = n >= 40 - others;
    const facts = {
      ...offset(n),
      "messaging.destination.partition.id": isOther ? "1" : "0",
      "messaging.client.id": isOther ? "d" : "c",
      "messaging.kafka.message.key": `k${n % keys}`,
      "holdup.consumer.concurrency": 2,
    };
    const place = isOther ? n - (40 - others) : n;
    const [traceId, at] = [`t${n}`, Math.floor(place / 2) * 100 + (place % 2) * 10];
    return [
      sent({ id: "s", traceId, at: 0, for: 0 }),
      handled({ id: "p", traceId, parentSpanId: "s", at, for: 90, facts }),
    ];
  }).flat();

describe("the advice for queueing", () => {
  it("speaks of keys when messages of other keys overtake", () => {
    const [problem] = explain(byKey(8)).problems;
    expect(problem?.help).toContain(
      "With as many messages at a time as there are keys, messages would have waited",
    );
    expect(explain(byKey(2)).problems[0]?.help).toBe(
      "Send fewer orders, shorten the work or use more keys. More consumers alone would not have helped: messages wait for others with their key.",
    );
  });

  it("speaks of partitions when these are consumed in order", () => {
    const spans = Array.from({ length: 20 }, (_, n) => [
      sent({ id: "s", traceId: `t${n}`, at: 0, for: 0 }),
      handled({ id: "p", traceId: `t${n}`, parentSpanId: "s", at: n * 100, for: 99, facts: offset(n) }),
    ]).flat();
    expect(explain(spans).problems[0]?.help).toBe(
      "Send fewer orders, shorten the work or use more partitions. More consumers alone would not have helped: messages wait for others in their partition.",
    );
  });

  it("finds a hot partition, however many keys it has", () => {
    expect(explain(byKey(8, 4)).problems).toMatchObject([
      { class: "hot-partition", why: "One of 2 partitions has 90 % of the work." },
    ]);
  });

  it("finds no hot partition where the only consumer handles short messages and polls in between", () => {
    const spans = Array.from({ length: 400 }, (_, n) => [
      sent({ id: "s", traceId: `t${n}`, at: 0, for: 0 }),
      handled({ id: "p", traceId: `t${n}`, parentSpanId: "s", at: n * 4, for: 1, facts: offset(n) }),
    ]).flat();
    expect(explain(spans).problems.map((problem) => problem.class)).toEqual(["saturation"]);
  });
});

/** Messages of each partition every `everyMs`, each handled for 300 ms, with an idle time of `idleMs` after each. */
function withIdleTimes(partitions: number, everyMs: number, idleMs: number) {
  return Array.from({ length: 40 * partitions }, (_, n) => {
    const [place, partition] = [Math.floor(n / partitions), n % partitions];
    const facts = {
      ...offset(place),
      "messaging.destination.partition.id": `${partition}`,
      "messaging.client.id": `c${partition}`,
    };
    const [traceId, at] = [`t${n}`, place * (300 + idleMs)];
    return [
      sent({ id: "s", traceId, at: Math.min(at, place * everyMs), for: 0 }),
      handled({ id: "p", traceId, parentSpanId: "s", at, for: 300, facts }),
    ];
  }).flat();
}

describe("consumers that idle while messages wait", () => {
  it("are neither a burst nor saturated: what is not explained is the headline", () => {
    const { problems } = explain(withIdleTimes(1, 300, 200));
    expect(problems).toMatchObject([{ class: "unexplained", certainty: "likely" }]);
  });

  it("are no hot partition where all partitions have the same work", () => {
    const { problems } = explain(withIdleTimes(2, 300, 200));
    expect(problems.map((problem) => problem.class)).toEqual(["unexplained"]);
  });
});
