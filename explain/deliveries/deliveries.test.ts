import { describe, expect, it } from "vitest";
import type { Span } from "../span.ts";
import { createTraceTable } from "../spans/trace-table.ts";
import { deliveriesOf } from "./deliveries.ts";
import { handled, offset, polled, sent, span } from "./spans.fixture.ts";

const ms = 1_000_000;

function read(...spans: readonly Span[]) {
  const table = createTraceTable();
  for (const one of spans) table.add(one);
  const finished = table.finish();
  return { ...deliveriesOf(finished), problems: finished.problems.list(), gaps: finished.gaps.list() };
}

describe("a delivery is built from", () => {
  it("a consumer's span and the producer's span above it", () => {
    const { deliveries } = read(
      span({ id: "root", at: 0, for: 20 }),
      sent({ id: "s", parentSpanId: "root", at: 10, for: 5 }),
      handled({ id: "p", parentSpanId: "s", at: 40, for: 30, facts: offset(7) }),
    );
    expect(deliveries).toHaveLength(1);
    expect(deliveries[0]).toMatchObject({
      topic: "orders",
      partition: 0,
      offset: 7,
      group: "g",
      availableNs: 15 * ms,
      rootNs: 0,
      published: { fromNs: 10 * ms, toNs: 15 * ms },
      rootTraceId: "t",
      run: { startNs: 40 * ms, endNs: 70 * ms, consumerName: "c", certain: true },
    });
  });

  it("a span that is only linked to its producer in another trace", () => {
    const { deliveries } = read(
      sent({ id: "s", traceId: "a", at: 10, for: 5 }),
      handled({
        id: "p",
        traceId: "b",
        links: [{ traceId: "a", spanId: "s" }],
        at: 40,
        for: 30,
        facts: offset(7),
      }),
    );
    expect(deliveries[0]).toMatchObject({ availableNs: 15 * ms, rootTraceId: "a", order: "a" });
  });

  it.each([
    {
      names: "older ones",
      facts: {
        "messaging.operation": "process",
        "messaging.destination": "orders",
        "messaging.kafka.partition": 2,
        "messaging.kafka.message.offset": 41,
        "messaging.kafka.consumer.group": "older",
        "messaging.kafka.message_key": "k",
      },
      expected: { partition: 2, offset: 41, group: "older", key: "k" },
    },
    {
      names: "Java's",
      facts: {
        "messaging.operation": "process",
        "messaging.destination.name": "orders",
        "messaging.kafka.destination.partition": 1,
        "messaging.kafka.message.offset": "5",
        "messaging.kafka.consumer.group": "java",
      },
      expected: { partition: 1, offset: 5, group: "java" },
    },
  ])("attributes with other names and types: $names", ({ facts, expected }) => {
    const attributes = { "messaging.system": "kafka", ...facts };
    expect(read(handled({ id: "p", at: 0, for: 1, attributes })).deliveries[0]).toMatchObject(expected);
  });

  it("a span with the topic only in its name", () => {
    const attributes = { "messaging.system": "kafka" };
    const { deliveries } = read(handled({ id: "p", name: "orders process", at: 0, for: 1, attributes }));
    expect(deliveries[0]).toMatchObject({
      topic: "orders",
      partition: undefined,
      group: "consumer",
      groupKnown: false,
    });
  });

  it("one span for a whole batch, linked to all its producers", () => {
    const links = ["s1", "s2"].map((spanId) => ({ traceId: "t", spanId }));
    const { deliveries } = read(
      sent({ id: "s1", at: 0, for: 1 }),
      sent({ id: "s2", at: 4, for: 1 }),
      handled({ id: "p", traceId: "b", links, at: 10, for: 30 }),
    );
    expect(deliveries.map(({ availableNs }) => availableNs)).toEqual([1 * ms, 5 * ms]);
    expect(new Set(deliveries.map(({ run }) => run)).size).toBe(1);
  });

  it("spans of one poll that start and end together, as one run", () => {
    const poll = polled({ id: "poll", traceId: "b", at: 10, for: 30 });
    const both = [3, 4].map((n) =>
      handled({ id: `p${n}`, traceId: "b", parentSpanId: "poll", at: 10, for: 30, facts: offset(n) }),
    );
    const { deliveries, fetchedOnly } = read(poll, ...both);
    expect(deliveries.map(({ run }) => [run.messages, run.offset, run.lastOffset])).toEqual([
      [2, 3, 4],
      [2, 3, 4],
    ]);
    expect(fetchedOnly).toEqual([]);
  });

  it("spans of one poll as one run, even if the span of the poll is missing", () => {
    const both = [3, 4].map((n) =>
      handled({
        ...{ id: `p${n}`, traceId: "b", parentSpanId: "poll", at: 10, for: 30, facts: offset(n) },
        links: [{ traceId: "t", spanId: `s${n}` }],
      }),
    );
    expect(read(...both).deliveries.map(({ run }) => run.messages)).toEqual([2, 2]);
  });

  it("no certainty where a service without group names handles its messages again as a rule", () => {
    const unnamed = { "messaging.consumer.group.name": "" };
    const spans = [1, 2, 3].flatMap((n) => [
      sent({ id: `s${n}`, at: n, for: 1 }),
      handled({
        id: `a${n}`,
        parentSpanId: `s${n}`,
        at: 10 * n,
        for: 5,
        facts: { ...offset(n), ...unnamed },
      }),
    ]);
    const again = [1, 2, 3].map((n) =>
      handled({
        id: `b${n}`,
        parentSpanId: `s${n}`,
        at: 20 * n,
        for: 9,
        facts: { ...offset(n), ...unnamed },
      }),
    );
    expect(read(...spans).deliveries.map(({ run }) => run.certain)).toEqual([true, true, true]);
    const { deliveries, gaps } = read(...spans, ...again);
    expect(deliveries.map(({ run }) => run.certain)).toEqual([false, false, false]);
    expect(gaps).toMatchObject([{ where: "topic orders, service consumer", count: 3 }]);
  });

  it("all its attempts; the one that did the work counts", () => {
    const attempt = (id: string, at: number, rest: Partial<Span> = {}, facts = {}) =>
      handled({ id, parentSpanId: "s", at, for: 10, facts: { ...offset(1), ...facts }, ...rest });
    const { deliveries } = read(
      sent({ id: "s", at: 0, for: 1 }),
      attempt("p1", 5, { failed: true }),
      attempt("p2", 100),
      attempt("p3", 200, {}, { "holdup.delivery.skipped": "done" }),
    );
    expect(deliveries).toHaveLength(1);
    expect(deliveries[0]?.attempts).toHaveLength(3);
    expect(deliveries[0]?.run.spanId).toBe("p2");
  });

  it("its upstream deliveries, back to the root of the order", () => {
    const { deliveries } = read(
      span({ id: "root", at: 0, for: 2 }),
      sent({ id: "s1", parentSpanId: "root", at: 1, for: 1 }),
      handled({
        id: "p1",
        parentSpanId: "s1",
        at: 3,
        for: 10,
        facts: { ...offset(1), "holdup.order.id": "o" },
      }),
      sent({ id: "s2", parentSpanId: "p1", topic: "next", at: 11, for: 1 }),
      handled({ id: "p2", parentSpanId: "s2", topic: "next", at: 15, for: 10, facts: offset(9) }),
    );
    expect(deliveries.map(({ order, rootNs, upstream }) => [order, rootNs, upstream?.topic])).toEqual([
      ["o", 0, undefined],
      ["o", 0, "orders"],
    ]);
  });

  it("its operations, with the time they waited for a thread", () => {
    const { deliveries } = read(
      handled({ id: "p", at: 0, for: 100 }),
      span({ id: "inner", parentSpanId: "p", at: 0, for: 100 }),
      span({
        id: "short",
        parentSpanId: "inner",
        at: 0,
        for: 10,
        attributes: {
          "workload.operation": "json_processing",
          "workload.intensity": "light",
          "workload.queue_ms": 4,
        },
      }),
      span({
        id: "long",
        parentSpanId: "inner",
        at: 10,
        for: 80,
        attributes: { "workload.operation": "redis_basic" },
      }),
    );
    expect(
      deliveries[0]?.run.work.map(({ operation, ns, queueNs }) => [operation, ns / ms, queueNs / ms]),
    ).toEqual([
      ["redis_basic", 80, 0],
      ["json_processing", 10, 4],
    ]);
  });

  it("child spans of other systems, where there are no operations of ours", () => {
    const { deliveries } = read(
      handled({ id: "p", at: 0, for: 100 }),
      span({ id: "a", name: "SELECT", parentSpanId: "p", at: 0, for: 10 }),
      span({ id: "b", name: "SELECT", parentSpanId: "p", at: 20, for: 15 }),
      span({ id: "c", name: "GET", parentSpanId: "p", at: 40, for: 1 }),
    );
    expect(deliveries[0]?.run.work.map(({ name, ns }) => [name, ns / ms])).toEqual([
      ["SELECT", 25],
      ["GET", 1],
    ]);
  });

  it("overlapping child spans, counted for as long as one of them ran", () => {
    const get = (id: string, at: number, length: number) =>
      span({ id, name: "GET", parentSpanId: "p", at, for: length });
    const { deliveries } = read(
      handled({ id: "p", at: 0, for: 100 }),
      ...[get("a", 0, 50), get("b", 10, 10), get("c", 40, 20), get("d", 80, 10)],
    );
    expect(deliveries[0]?.run.work.map(({ name, ns }) => [name, ns / ms])).toEqual([["GET", 70]]);
  });

  it("the key that only its producer knows, also for its run", () => {
    const { deliveries } = read(
      sent({ id: "s", at: 0, for: 1, facts: { "messaging.kafka.message.key": "k" } }),
      handled({ id: "p", parentSpanId: "s", at: 5, for: 5, facts: offset(1) }),
    );
    expect(deliveries[0]).toMatchObject({ key: "k", run: { key: "k" } });
  });

  it("failed attempts inside one run", () => {
    const attempt = (n: number, at: number) =>
      span({ id: `a${n}`, parentSpanId: "p", at, for: 10, attributes: { "holdup.attempt": n } });
    expect(
      read(handled({ id: "p", at: 0, for: 400 }), attempt(1, 5), attempt(2, 265)).deliveries[0]?.run.retryNs,
    ).toBe(260 * ms);
  });
});

describe("when the message was available", () => {
  const recorded = { ...offset(1), "messaging.kafka.message.timestamp": 1_767_225_600_012 };

  it("is the record timestamp when the producer is missing", () => {
    expect(read(handled({ id: "p", at: 40, for: 1, facts: recorded })).deliveries[0]).toMatchObject({
      availableNs: 12 * ms,
      rootNs: 12 * ms,
    });
  });

  it("is the record timestamp when the producer got the acknowledgement late", () => {
    const { deliveries } = read(
      sent({ id: "s", at: 10, for: 100 }),
      handled({ id: "p", parentSpanId: "s", at: 40, for: 1, facts: recorded }),
    );
    expect(deliveries[0]).toMatchObject({ availableNs: 12 * ms, skewNs: 0 });
  });

  it("is computed from the time in the queue when nothing else is known", () => {
    const facts = { ...offset(1), "kafka.record.queue_time_ms": 25 };
    expect(read(handled({ id: "p", at: 40, for: 1, facts })).deliveries[0]?.availableNs).toBe(15 * ms);
  });

  it("is unknown otherwise", () => {
    expect(
      read(handled({ id: "p", at: 40, for: 1, facts: offset(1) })).deliveries[0]?.availableNs,
    ).toBeUndefined();
  });

  it("is the start of the run, with clock skew, when it was handled before it was sent", () => {
    const { deliveries } = read(
      sent({ id: "s", at: 100, for: 5 }),
      handled({ id: "p", parentSpanId: "s", at: 40, for: 1, facts: offset(1) }),
    );
    expect(deliveries[0]).toMatchObject({ availableNs: 40 * ms, skewNs: 60 * ms });
  });
});

describe("a consumer is distinguished", () => {
  const nameless = (one: Span): Span => {
    const { "messaging.client.id": _, ...attributes } = one.attributes;
    return { ...one, attributes, resource: { "host.name": "laptop" } };
  };
  const mails = { ...offset(2), "messaging.consumer.group.name": "mailer" };

  it("from one of another group with the same client id and name", () => {
    const { deliveries } = read(
      handled({ id: "p", at: 0, for: 1, facts: offset(1) }),
      handled({ id: "q", at: 5, for: 1, topic: "emails", facts: mails }),
    );
    expect(deliveries.map(({ run }) => run.consumerName)).toEqual(["c", "c"]);
    expect(new Set(deliveries.map(({ run }) => run.consumer)).size).toBe(2);
  });

  it("by its host when nothing better is known, but then nothing about it is proven", () => {
    const { deliveries } = read(
      nameless(handled({ id: "p", at: 0, for: 1, facts: offset(1) })),
      nameless(handled({ id: "q", at: 5, for: 1, topic: "emails", facts: mails })),
      { ...nameless(handled({ id: "r", at: 9, for: 1, facts: offset(3) })), resource: { "host.name": "b" } },
    );
    expect(new Set(deliveries.map(({ run }) => run.consumer)).size).toBe(3);
    for (const { run } of deliveries) expect(run).toMatchObject({ certain: false, instance: undefined });
  });
});

describe("messages with equal offsets", () => {
  const two = ["a", "b"].flatMap((traceId, n) => [
    sent({ id: "s", traceId, at: n * 10, for: 1 }),
    handled({ id: "p", traceId, parentSpanId: "s", at: n * 10 + 5, for: 20, facts: offset(7) }),
  ]);

  it("are two when they were sent twice, and nothing about them is proven", () => {
    const { deliveries } = read(...two);
    expect(deliveries.map(({ attempts, sharesOffset }) => [attempts.length, sharesOffset])).toEqual([
      [1, true],
      [1, true],
    ]);
    for (const { run } of deliveries) expect(run).toMatchObject({ certain: false, offset: undefined });
  });

  it("are different when the spans name their clusters", () => {
    const named = two.map((one) => ({
      ...one,
      attributes: { ...one.attributes, "messaging.kafka.cluster.id": one.traceId },
    }));
    const { deliveries } = read(...named);
    expect(new Set(deliveries.map(({ run }) => run.lane)).size).toBe(2);
    for (const { sharesOffset, run } of deliveries) {
      expect(sharesOffset).toBe(false);
      expect(run.certain).toBe(true);
    }
  });

  it("are one redelivered message when both have the same producer", () => {
    const [send, first] = two;
    const again = handled({ id: "q", traceId: "a", parentSpanId: "s", at: 50, for: 5, facts: offset(7) });
    const { deliveries } = read(...[send, first, again].filter((one) => one !== undefined));
    expect(deliveries.map(({ attempts }) => attempts.length)).toEqual([2]);
  });
});

describe("a message that is handled again", () => {
  const send = sent({ id: "s", at: 0, for: 1 });
  const first = handled({ id: "p", parentSpanId: "s", at: 5, for: 5, facts: offset(7) });

  it("is the same message even if the context was lost", () => {
    const { deliveries } = read(
      send,
      first,
      handled({ id: "q", traceId: "x", at: 50, for: 5, facts: offset(7) }),
    );
    expect(deliveries).toMatchObject([{ sharesOffset: false, availableNs: 1 * ms }]);
    expect(deliveries[0]?.attempts.map(({ spanId }) => spanId)).toEqual(["p", "q"]);
  });

  it("is the one handled last before it, if there are two", () => {
    const { deliveries } = read(
      send,
      first,
      sent({ id: "s2", at: 100, for: 1 }),
      handled({ id: "p2", parentSpanId: "s2", at: 105, for: 5, facts: offset(7) }),
      handled({ id: "q", traceId: "a", at: 50, for: 5, facts: offset(7) }),
      handled({ id: "q2", traceId: "a", at: 150, for: 5, facts: offset(7) }),
    );
    expect(deliveries.map(({ attempts }) => attempts.map(({ spanId }) => spanId))).toEqual([
      ["p", "q"],
      ["p2", "q2"],
    ]);
  });

  it("is a different message when the record timestamps differ", () => {
    const facts = (n: number) => ({
      ...offset(7),
      "messaging.kafka.message.timestamp": 1_767_225_600_000 + n,
    });
    const { deliveries } = read(
      handled({ id: "p", at: 5, for: 5, facts: facts(1) }),
      handled({ id: "q", at: 15, for: 5, facts: facts(2) }),
      handled({ id: "r", at: 25, for: 5, facts: facts(1) }),
    );
    expect(deliveries.map(({ attempts }) => attempts.length)).toEqual([2, 1]);
  });
});

describe("a message sent by a batch in one span", () => {
  const order = (id: string) => ({ "holdup.order.id": id });
  const batch = [
    sent({ id: "s1", at: 0, for: 1, facts: order("a") }),
    sent({ id: "s2", at: 4, for: 1, facts: order("b") }),
    handled({
      id: "p",
      traceId: "batch",
      links: ["s1", "s2"].map((spanId) => ({ traceId: "t", spanId })),
      at: 10,
      for: 30,
    }),
  ];
  const next = (n: number, facts = {}) => [
    sent({ id: `d${n}`, traceId: "batch", parentSpanId: "p", topic: "next", at: 30 + n, for: 1, facts }),
    handled({
      id: `n${n}`,
      traceId: "batch",
      parentSpanId: `d${n}`,
      topic: "next",
      at: 50 + n,
      for: 1,
      facts: offset(n),
    }),
  ];
  const sentOn = (...spans: readonly Span[]) => {
    const { deliveries, gaps } = read(...batch, ...spans);
    const onward = deliveries.filter(({ topic }) => topic === "next");
    return { orders: onward.map(({ upstream }) => upstream?.orderId), gaps: gaps.map(({ count }) => count) };
  };

  it("comes from the message of the same order", () => {
    expect(sentOn(...next(1, order("b")), ...next(2, order("a")))).toEqual({ orders: ["b", "a"], gaps: [] });
  });

  it("comes from the message at the same place when the batch sends one for each and names no orders", () => {
    expect(sentOn(...next(1), ...next(2))).toEqual({ orders: ["a", "b"], gaps: [] });
  });

  it("comes from the message at the same place also when some of the batch were handled before, in another order", () => {
    const links = ["s2"].map((spanId) => ({ traceId: "t", spanId }));
    const before = handled({ id: "before", traceId: "a", links, at: 5, for: 3 });
    expect(sentOn(before, ...next(1), ...next(2))).toEqual({ orders: ["a", "b"], gaps: [] });
  });

  it("comes from the first message when a poll returned several partitions, which is reported", () => {
    const poll = polled({ id: "poll", traceId: "b", at: 10, for: 30 });
    const both = [1, 2].map((n) =>
      handled({
        ...{ id: `p${n}`, traceId: "b", parentSpanId: "poll", at: 10, for: 30 },
        facts: { ...offset(10 - n), "messaging.destination.partition.id": `${n}` },
      }),
    );
    const onward = [1, 2].flatMap((n) => [
      sent({ id: `d${n}`, traceId: "b", parentSpanId: "poll", topic: "next", at: 30 + n, for: 1 }),
      handled({ id: `n${n}`, traceId: "b", parentSpanId: `d${n}`, topic: "next", at: 50 + n, for: 1 }),
    ]);
    const { deliveries, gaps } = read(poll, ...both, ...onward);
    const upstreams = deliveries.filter(({ topic }) => topic === "next").map(({ upstream }) => upstream);
    expect(new Set(upstreams).size).toBe(1);
    expect(gaps).toMatchObject([{ count: 2 }]);
  });

  it("comes from the first message when nothing shows its own, which is reported", () => {
    expect(sentOn(...next(1), ...next(2, order("c")), ...next(3))).toEqual({
      orders: ["a", "a", "a"],
      gaps: [3],
    });
  });
});

describe("nested spans of one handling", () => {
  const send = sent({ id: "s", at: 0, for: 1 });
  const outer = handled({ id: "p", parentSpanId: "s", at: 5, for: 50, facts: offset(7) });
  const query = span({ id: "db", name: "SELECT", parentSpanId: "in", at: 7, for: 40 });

  it("are one handling, with the work of the inner one", () => {
    const inner = handled({ id: "in", parentSpanId: "p", at: 6, for: 48, facts: offset(7) });
    const next = sent({ id: "s2", parentSpanId: "in", topic: "next", at: 40, for: 1 });
    const after = handled({ id: "p2", parentSpanId: "s2", topic: "next", at: 60, for: 1, facts: offset(1) });
    const { deliveries } = read(send, outer, inner, query, next, after);
    expect(deliveries).toMatchObject([
      { topic: "orders", sharesOffset: false, run: { spanId: "p", work: [{ name: "SELECT" }] } },
      { topic: "next", upstream: { topic: "orders" } },
    ]);
    expect(deliveries[0]?.attempts).toHaveLength(1);
  });

  it("are one when the inner one names no offset, even if only that one has the link", () => {
    const { deliveries } = read(
      { ...send, traceId: "a" },
      handled({ id: "p", at: 5, for: 50, facts: offset(7) }),
      handled({ id: "in", parentSpanId: "p", links: [{ traceId: "a", spanId: "s" }], at: 6, for: 48 }),
    );
    expect(deliveries).toMatchObject([{ offset: 7, availableNs: 1 * ms, run: { spanId: "p" } }]);
  });

  it("are two when they name different messages, or one of them was sent in the other", () => {
    const other = handled({ id: "in", parentSpanId: "p", at: 6, for: 48, facts: offset(8) });
    expect(read(send, outer, other).deliveries).toHaveLength(2);
    const again = sent({ id: "s2", parentSpanId: "p", at: 6, for: 1 });
    const later = handled({ id: "p2", parentSpanId: "s2", at: 60, for: 1 });
    expect(read(send, outer, again, later).deliveries).toHaveLength(2);
  });

  it("are kept when they form a cycle", () => {
    const inner = handled({ id: "in", parentSpanId: "p", at: 6, for: 48, facts: offset(7) });
    expect(read({ ...outer, parentSpanId: "in" }, inner).deliveries).toMatchObject([{ offset: 7 }]);
  });
});

describe("unusable spans", () => {
  it("are reported once per kind, and the rest is read", () => {
    const { deliveries, problems, gaps } = read(
      handled({ id: "good", at: 0, for: 1, facts: offset(1) }),
      handled({ id: "backwards", at: 5, for: -1, facts: offset(2) }),
      handled({ id: "orphan", parentSpanId: "nobody", at: 9, for: 1, facts: offset(3) }),
      handled({ id: "orphan2", parentSpanId: "nobody", at: 10, for: 1, facts: offset(4) }),
      span({ id: "a", parentSpanId: "b", at: 0, for: 1 }),
      span({ id: "b", parentSpanId: "a", at: 0, for: 1 }),
      handled({ id: "good", at: 0, for: 1, facts: offset(1) }),
      span({ id: "a", at: 7, for: 1 }),
      handled({ id: "ancient", at: -1e12, for: 1, facts: offset(5) }),
      span({ id: "nameless", kind: "consumer", at: 0, for: 1 }),
      handled({ id: "commit", at: 20, for: 1, facts: { "messaging.operation.type": "settle" } }),
    );
    expect(deliveries.map(({ offset: n }) => n)).toEqual([1, 3, 4]);
    expect(gaps.map(({ what, count }) => [what, count])).toEqual([
      ["The span's parent is missing.", 2],
      ["A consumer's or producer's span names no topic.", 1],
      ["Spans of one trace, kind and service have the same id; all are used.", 1],
      ["The parents of spans form a cycle.", 1],
    ]);
    expect(problems.map(({ what, count }) => [what, count])).toEqual([
      ["The span ends before it starts; it is ignored.", 1],
      ["The span is months away from the others; it is ignored.", 1],
      ["The span was read more than once; its longest version counts.", 1],
    ]);
  });

  it("do not include a cycle of producers and consumers, which is read", () => {
    const { deliveries } = read(
      sent({ id: "s", parentSpanId: "p", at: 0, for: 1 }),
      handled({ id: "p", parentSpanId: "s", at: 5, for: 1, facts: offset(1) }),
    );
    expect(deliveries).toHaveLength(1);
  });

  it("include topics that are only received: these are reported but have no delivery", () => {
    const facts = { "messaging.operation.type": "receive", ...offset(1) };
    const { deliveries, fetchedOnly } = read(
      handled({ id: "r", name: "receive orders", at: 0, for: 1, facts }),
    );
    expect(deliveries).toEqual([]);
    expect(fetchedOnly).toEqual([{ topic: "orders", service: "consumer", spans: 1 }]);
  });
});

it("takes partition and offset from the span that received the message, if it received one", () => {
  const bare = {
    "messaging.system": "kafka",
    "messaging.operation.type": "process",
    "messaging.destination.name": "orders",
  };
  const received = {
    ...bare,
    "messaging.operation.type": "receive",
    "messaging.destination.partition.id": "2",
    ...offset(7),
  };
  const poll = { ...handled({ id: "r", at: 0, for: 1, attributes: received }), name: "From_orders" };
  const one = handled({ id: "p", parentSpanId: "r", at: 2, for: 10, attributes: bare });
  const other = handled({ id: "q", parentSpanId: "r", at: 20, for: 10, attributes: bare });
  const placesOf = (...spans: readonly Span[]) =>
    read(...spans).deliveries.map(({ partition, offset: at }) => [partition, at]);
  expect(placesOf(poll, one)).toEqual([[2, 7]]);
  expect(placesOf(poll, one, other)).not.toContainEqual([2, 7]);
});
