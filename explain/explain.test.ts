import { describe, expect, it } from "vitest";
import { handled, offset, polled, sent, span } from "./deliveries/spans.fixture.ts";
import { explain } from "./explain.ts";
import { type Explanation, explanation } from "./explanation.ts";
import type { Span } from "./span.ts";

type TestOrder = {
  readonly at: number;
  readonly start: number;
  readonly for: number;
  readonly partition?: number;
  readonly consumer?: string;
  readonly key?: string;
  readonly operation?: string;
  readonly queueMs?: number;
};

/** Orders through one stage: sent at `at`, handled from `start` for `for`; ms. */
function orders(...list: readonly TestOrder[]): Span[] {
  const offsets = new Map<number, number>();
  return list.flatMap(
    ({ at, start, for: length, partition = 0, consumer = "c", key, operation, queueMs = 0 }, n) => {
      const traceId = `t${n + 1}`;
      const next = offsets.get(partition) ?? 0;
      offsets.set(partition, next + 1);
      const facts = {
        ...offset(next),
        "messaging.destination.partition.id": `${partition}`,
        "messaging.client.id": consumer,
        ...(key !== undefined && { "messaging.kafka.message.key": key }),
      };
      const work =
        operation === undefined ? [] : [{ "workload.operation": operation, "workload.queue_ms": queueMs }];
      return [
        sent({ id: "s", traceId, at, for: 0 }),
        handled({ id: "p", traceId, parentSpanId: "s", at: start, for: length, facts }),
        ...work.map((attributes) =>
          span({
            id: "w",
            traceId,
            parentSpanId: "p",
            at: start,
            for: length,
            service: "consumer",
            attributes,
          }),
        ),
      ];
    },
  );
}

/** A burst of messages with the given run times, ms: one consumer, one message at a time, 1 ms between two runs. */
function burst(runs: readonly number[], more: Partial<TestOrder> = {}): Span[] {
  let free = 0;
  return orders(
    ...runs.map((length, n) => {
      const at = n * 10;
      const start = Math.max(at, free) + 1;
      free = start + length;
      return {
        at,
        start,
        for: length,
        operation: length > 1000 ? "extreme_cpu_computation" : "redis_basic",
        ...more,
      };
    }),
  );
}

const oneSevere = [20, 20, 14_000, 20, 20, 20, 20, 20, 20, 20];
const classes = ({ problems }: Explanation) => problems.map((problem) => problem.class);

describe("the sentence of an order", () => {
  it("names the order that held it up, its work, where and for how long", () => {
    const { orders: found } = explain(burst(oneSevere));
    expect(found[3]?.sentence).toBe(
      "Order 4 took 14.0 s: 20.0 ms of work, 14.0 s waiting in g. " +
        "14.0 s of that behind order 3 (`extreme_cpu_computation`, partition 0, offset 2).",
    );
    for (const order of found.slice(3))
      expect(order.sentence).toContain("behind order 3 (`extreme_cpu_computation`");
    for (const order of found.slice(0, 3)) expect(order.sentence).not.toContain("behind order 3");
  });

  it("says when the order hardly waited, and names its longest work", () => {
    expect(explain(burst(oneSevere)).orders[2]?.sentence).toBe(
      "Order 3 took 14.0 s and hardly waited. Its longest work was `extreme_cpu_computation` in g (14.0 s).",
    );
  });

  it("says that the handling failed", () => {
    const spans = [
      sent({ id: "s", at: 0, for: 0 }),
      handled({ id: "p", parentSpanId: "s", at: 1, for: 100, failed: true, facts: offset(1) }),
    ];
    expect(explain(spans).orders[0]?.sentence).toContain("Its handling failed in g.");
  });

  it("reports that the clocks disagree, and has no negative times", () => {
    const spans = [
      sent({ id: "s", at: 5000, for: 5 }),
      handled({ id: "p", parentSpanId: "s", at: 40, for: 1, facts: offset(1) }),
    ];
    const [order] = explain(spans).orders;
    expect(order?.sentence).toContain("Its services' clocks differ by at least 4.96 s");
    expect(order?.totalNs).toBe(0);
  });

  it("stays short for a long chain", () => {
    const chain = Array.from({ length: 100 }, (_, n) => [
      sent({
        id: `s${n}`,
        topic: `t${n}`,
        parentSpanId: n > 0 ? `p${n - 1}` : undefined,
        at: n * 100,
        for: 0,
      }),
      handled({
        id: `p${n}`,
        topic: `t${n}`,
        parentSpanId: `s${n}`,
        at: n * 100 + 90,
        for: 10,
        failed: true,
        facts: { ...offset(1), "messaging.consumer.group.name": `stage-${n}` },
      }),
    ]).flat();
    const sentence = explain(chain).orders[0]?.sentence ?? "";
    expect(sentence).toContain("and 96 more");
    expect(sentence.length).toBeLessThan(1000);
  });

  it("uses the given names", () => {
    const names = new Map([["t3", "the third order"]]);
    expect(explain(burst(oneSevere), { names }).orders[3]?.sentence).toContain("behind the third order (");
  });
});

describe("the class of the problem", () => {
  it("is absent when nothing waits", () => {
    expect(classes(explain(burst([1, 1, 1, 1, 1])))).toEqual([]);
  });

  it("is head-of-line when a few long runs hold up the rest", () => {
    const { problems } = explain(burst(oneSevere));
    expect(problems.map((problem) => problem.class)).toEqual(["head-of-line"]);
    expect(problems[0]?.why).toContain(
      "ran 14.0 s, 700 times the median (20.0 ms). 7 messages waited 97.9 s for it",
    );
  });

  it("is head-of-line with many long runs when messages arrive no faster than they can be handled", () => {
    const list = [0, 0, 0, 2000, 2000, 2000].map((at, n) => {
      const place = n % 3;
      return { at, start: at + (place === 0 ? 1 : 700 + place * 60), for: place === 0 ? 700 : 50 };
    });
    expect(classes(explain(orders(...list)))).toEqual(["head-of-line"]);
  });

  it("is not head-of-line when every fourth run is long", () => {
    const runs = Array.from({ length: 40 }, (_, n) => (n % 4 === 0 ? 500 : 20));
    expect(classes(explain(burst(runs)))[0]).toBe("saturation");
  });

  it("is saturation when messages arrive faster than they can be handled", () => {
    const { problems } = explain(burst(new Array<number>(30).fill(100)));
    expect(problems.map((problem) => problem.class)).toEqual(["saturation"]);
    expect(problems[0]?.why).toBe(
      "Messages arrived at 100/s; its consumers can handle 10/s, 1 message at a time. They were busy 99 % of the time.",
    );
  });

  it("is a hot partition when most messages have the same key", () => {
    expect(classes(explain(burst(new Array<number>(30).fill(100), { key: "test-product" })))).toEqual([
      "hot-partition",
    ]);
  });

  it("is a hot partition when evenly filled partitions would suffice", () => {
    const hot = Array.from({ length: 12 }, (_, n) => ({
      at: n,
      start: 1 + n * 101,
      for: 100,
      consumer: "a",
    }));
    const cold = Array.from({ length: 2 }, (_, n) => ({
      at: n * 300,
      start: 1 + n * 300,
      for: 100,
      consumer: "b",
      partition: 1,
    }));
    expect(classes(explain(orders(...hot, ...cold)))).toEqual(["hot-partition"]);
  });

  it("is starved workers when operations wait for threads", () => {
    const list = [0, 1, 2].map((n) => ({
      at: n * 1000,
      start: n * 1000 + 1,
      for: 400,
      operation: "hash_computation",
      queueMs: 300,
    }));
    expect(classes(explain(orders(...list)))).toEqual(["starved-workers"]);
  });
});

describe("a batch", () => {
  /** Three messages of one poll, handled together for two seconds; a fourth waits for them. */
  const batch = [
    polled({ id: "poll", traceId: "poll", at: 5, for: 0 }),
    ...[0, 1, 2, 3].flatMap((n) => [
      sent({ id: "s", traceId: `t${n}`, at: n, for: 0 }),
      handled({
        id: `p${n}`,
        traceId: n < 3 ? "poll" : "t3",
        parentSpanId: n < 3 ? "poll" : "s",
        links: [{ traceId: `t${n}`, spanId: "s" }],
        at: n < 3 ? 6 : 2010,
        for: n < 3 ? 2000 : 5,
        facts: offset(n),
      }),
    ]),
  ];

  it("is one blocker, with its whole cost", () => {
    const { blockers, window } = explain(batch);
    expect(blockers.map(({ messages, cost }) => [messages, cost])).toEqual([
      [3, { ns: 2_000_000_000, messages: 1 }],
    ]);
    expect(window.blockers).toBe(1);
  });

  it("recorded as one span counts all messages that it links to", () => {
    const links = [0, 1, 2].map((n) => ({ traceId: `t${n}`, spanId: "s" }));
    const all = [
      ...[0, 1, 2, 3].map((n) => sent({ id: "s", traceId: `t${n}`, at: n, for: 0 })),
      handled({ id: "b", traceId: "b", links, at: 6, for: 2000 }),
      handled({ id: "p", traceId: "t3", parentSpanId: "s", at: 2010, for: 5 }),
    ];
    const { blockers, window } = explain(all);
    expect(window.deliveries).toBe(4);
    expect(blockers.map(({ messages, cost }) => [messages, cost])).toEqual([
      [3, { ns: 2_000_000_000, messages: 1 }],
    ]);
  });
});

describe("handling a message again", () => {
  const tries = (failed: boolean) => [
    sent({ id: "s", at: 0, for: 0 }),
    handled({ id: "p1", parentSpanId: "s", at: 1, for: 100, failed, facts: offset(1) }),
    handled({ id: "p2", parentSpanId: "s", at: 900, for: 100, facts: offset(1) }),
  ];

  it("is called a failure when something failed", () => {
    expect(explain(tries(true)).problems).toEqual([
      expect.objectContaining({
        class: "retries",
        why: "1 message failed and had to be retried. The extra attempts and the time between attempts took 899 ms.",
      }),
    ]);
  });

  it("is not called a failure when nothing failed", () => {
    const [problem] = explain(tries(false)).problems;
    expect(problem?.why).toContain("1 message was delivered again although nothing had failed.");
    expect(problem?.help).not.toContain("what fails");
  });
});

describe("an explanation", () => {
  it("ranks the blockers by what they cost others", () => {
    const { blockers } = explain(burst(oneSevere));
    expect(blockers[0]).toMatchObject({ order: "order 3", offset: 2, cost: { messages: 7 } });
    expect(blockers[0]?.cost.ns).toBeGreaterThan(97e9);
  });

  it("describes the stage in figures", () => {
    const { stages } = explain(burst(new Array<number>(30).fill(100)));
    expect(stages).toHaveLength(1);
    expect(stages[0]).toMatchObject({
      stage: "g",
      topic: "orders",
      deliveries: 30,
      partitions: 1,
      consumers: 1,
      slots: 1,
    });
    expect(stages[0]?.capacityPerSecond).toBeCloseTo(10);
    expect(stages[0]?.arrivalsPerSecond).toBeCloseTo(100);
    expect(stages[0]?.utilisation).toBeGreaterThan(0.98);
  });

  it("lists what is missing in the spans", () => {
    const attributes = { "messaging.system": "kafka", "messaging.client.id": "an-app" };
    const bare = handled({ id: "p", at: 0, for: 1, attributes, resource: undefined });
    expect(explain([bare]).missing.map(({ what, spans, of }) => [what, spans, of])).toEqual([
      ["partition", 1, 1],
      ["consumer group", 1, 1],
      ["consumer instance", 1, 1],
      ["time of arrival", 1, 1],
    ]);
  });

  it("reports clocks that disagree", () => {
    const spans = [
      sent({ id: "s", at: 100, for: 5 }),
      handled({ id: "p", parentSpanId: "s", at: 40, for: 1, facts: offset(1) }),
    ];
    expect(explain(spans).skews).toEqual([
      { producer: "producer", consumer: "consumer", atLeastNs: 60_000_000, deliveries: 1 },
    ]);
  });

  it("reports only the selected orders, but blames any order", () => {
    const { orders: found, window } = explain(burst(oneSevere), { only: ({ traceId }) => traceId === "t5" });
    expect(found.map(({ name }) => name)).toEqual(["order 5"]);
    expect(found[0]?.sentence).toContain("behind order 3");
    expect(window.orders).toBe(1);
  });

  it("ranks the blockers by what they cost the selected orders", () => {
    const { blockers } = explain(burst(oneSevere), { only: ({ traceId }) => traceId === "t5" });
    expect(blockers.map(({ order, cost }) => [order, cost.messages])).toEqual([
      ["order 3", 1],
      ["order 4", 1],
      ["order 2", 1],
    ]);
  });

  it("names all other orders differently from the named ones", () => {
    const names = new Map([["t5", "order 1"]]);
    const { orders: found } = explain(burst(oneSevere), { names });
    expect(found.map(({ name }) => name).slice(0, 6)).toEqual([
      "order t1",
      "order t2",
      "order t3",
      "order t4",
      "order 1",
      "order t6",
    ]);
  });

  it("is empty without spans", () => {
    expect(explain([])).toMatchObject({
      orders: [],
      problems: [],
      stages: [],
      window: { orders: 0, spans: 0 },
    });
  });
});

it("lists the segments of a wait up to the limit, and its sums always", () => {
  const all = explain(burst(oneSevere), { maxSegments: 100 }).orders[9]?.deliveries[0]?.wait;
  const few = explain(burst(oneSevere), { maxSegments: 3 }).orders[9]?.deliveries[0]?.wait;
  expect(all?.segments?.reduce((ns, { fromAtNs, toAtNs }) => ns + toAtNs - fromAtNs, 0)).toBe(all?.ns);
  expect(few?.segments).toBeUndefined();
  expect(few?.byCause).toEqual(all?.byCause);
});

describe("spans of other systems", () => {
  it("do not blame a consumer of another group with the same client id", () => {
    const { orders: found } = explain([
      ...orders({ at: 0, start: 10, for: 5000 }),
      sent({ id: "s", traceId: "m", topic: "emails", at: 0, for: 1 }),
      handled({
        id: "p",
        traceId: "m",
        parentSpanId: "s",
        topic: "emails",
        at: 5010,
        for: 10,
        facts: { ...offset(9), "messaging.consumer.group.name": "mailer" },
      }),
    ]);
    const [mail] = found.flatMap(({ deliveries }) => deliveries.filter(({ topic }) => topic === "emails"));
    expect(mail?.wait?.blockers).toEqual([]);
    expect(mail?.wait?.byCause).not.toHaveProperty("same-consumer");
  });

  it("give whole numbers only, whatever times are in the attributes", () => {
    const wild = [1e305, 1e308, -1e308, 9e15, 1_767_225_600, "NaN"].flatMap((value, n) => [
      handled({
        id: `p${n}`,
        at: n * 10,
        for: 5,
        facts: {
          ...offset(n),
          "messaging.kafka.message.timestamp": value,
          "kafka.record.queue_time_ms": value,
          "holdup.partition.assigned_at": value,
          "holdup.fetched_at": value,
        },
      }),
      span({
        id: `w${n}`,
        parentSpanId: `p${n}`,
        at: n * 10,
        for: 5,
        attributes: {
          "workload.operation": "json_processing",
          "workload.queue_ms": value,
          "resource.cpu.time_ms": value,
          "resource.memory.max_mb": value,
        },
      }),
    ]);
    const found = explain(wild);
    expect(explanation.safeParse(JSON.parse(JSON.stringify(found))).error?.issues).toBeUndefined();
    expect(found.gaps).toHaveLength(7);
  });
});
