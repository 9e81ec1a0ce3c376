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

describe("no burst is claimed where messages come evenly", () => {
  /** A message every 300 ms, each handled for 100 ms in its turn; the sixth as `sixth` says. */
  function evenly(
    sixth: readonly { readonly atMs: number; readonly forMs: number; readonly failed?: boolean }[],
  ) {
    let freeMs = 0;
    return Array.from({ length: 30 }, (_, n) => {
      const traceId = `t${n}`;
      const at = n * 300;
      const runs = n === 5 ? sixth : [{ atMs: Math.max(at + 1, freeMs), forMs: 100 }];
      freeMs = Math.max(...runs.map(({ atMs, forMs }) => atMs + forMs)) + 1;
      return [
        sent({ id: "s", traceId, at, for: 0 }),
        ...runs.map(({ atMs, forMs, failed = false }, attempt) =>
          handled({
            id: `p${attempt}`,
            traceId,
            parentSpanId: "s",
            at: atMs,
            for: forMs,
            failed,
            facts: offset(n),
          }),
        ),
      ];
    }).flat();
  }

  it("and one is retried in its partition", () => {
    const attempts = [1501, 3601, 5701].map((atMs, n) => ({ atMs, forMs: 100, failed: n < 2 }));
    const { problems } = explain(evenly(attempts));
    expect(problems.map((problem) => problem.class)).toEqual(["retries"]);
  });
});

it("separates installations of a service that share names, topics and partitions", () => {
  const slow = (environment: string, n: number) => (environment === "prod" && n === 3 ? 3000 : 40);
  const spans = ["prod", "staging"].flatMap((environment) => {
    let freeMs = 0;
    return Array.from({ length: 12 }, (_, n) => {
      const traceId = `${environment}${n}`;
      const at = n * 200;
      const start = Math.max(at + 1, freeMs);
      freeMs = start + slow(environment, n) + 1;
      const resource = { "service.instance.id": environment, "deployment.environment.name": environment };
      return [
        { ...sent({ id: "s", traceId, at, for: 0 }), resource },
        {
          ...handled({
            ...{ id: "p", traceId, parentSpanId: "s", at: start, for: slow(environment, n) },
            facts: offset(n),
          }),
          resource,
        },
      ];
    }).flat();
  });
  const { problems, stages } = explain(spans);
  expect(stages.map(({ stage }) => stage).toSorted()).toEqual(["g (prod)", "g (staging)"]);
  expect(problems).toMatchObject([{ class: "head-of-line", stage: "g (prod)" }]);
});

it("proves nothing where the producer calls the topic differently: something may have sent the message on", () => {
  const spans = Array.from({ length: 12 }, (_, n) => {
    const traceId = `t${n}`;
    const at = n < 3 ? n * 200 + 1 : 3402 + (n - 3) * 101;
    return [
      sent({ id: "s", traceId, topic: "raw", at: n * 200, for: 0 }),
      handled({ id: "p", traceId, parentSpanId: "s", at, for: n === 2 ? 3000 : 100, facts: offset(n) }),
    ];
  }).flat();
  expect(explain(spans).problems.map(({ certainty }) => certainty)).toEqual(["likely"]);
});

it("takes an environment that was renamed for the same group", () => {
  let freeMs = 0;
  const spans = Array.from({ length: 30 }, (_, n) => {
    const [traceId, length] = [`t${n}`, n === 10 ? 3000 : 40];
    const at = Math.max(n * 200 + 1, freeMs);
    freeMs = at + length + 1;
    const environment = n < 15 ? "prod" : "production";
    const resource = { "service.instance.id": "w", "deployment.environment.name": environment };
    return [
      sent({ id: "s", traceId, at: n * 200, for: 0 }),
      { ...handled({ id: "p", traceId, parentSpanId: "s", at, for: length, facts: offset(n) }), resource },
    ];
  }).flat();
  const { problems, stages, open } = explain(spans);
  expect(stages).toMatchObject([{ stage: "g", deliveries: 30 }]);
  expect(problems).toMatchObject([{ class: "head-of-line", certainty: "proven" }]);
  expect(open.messages).toEqual([]);
});

it("counts as a run's cost in a stage only what the messages of that stage waited", () => {
  const at = (topic: string, n: number, start: number, length: number) => {
    const traceId = `${topic}${n}`;
    return [
      sent({ id: "s", traceId, topic, at: n * 100, for: 0 }),
      handled({ id: "p", traceId, topic, parentSpanId: "s", at: start, for: length, facts: offset(n) }),
    ];
  };
  const spans = Array.from({ length: 20 }, (_, n) => {
    const base = n === 0 ? 1 : 4001 + n * 20;
    return [...at("orders", n, base, n === 0 ? 4000 : 5), ...at("refunds", n, n === 0 ? 4002 : base + 10, 5)];
  }).flat();
  const { problems } = explain(spans);
  const [problem] = problems.filter((one) => one.class === "head-of-line" && one.topic === "orders");
  expect(problem?.why).toContain("19 messages waited");
});

it("names partitions that are unevenly shared out, where other consumers idle", () => {
  // Consumer a has partitions 0 and 1 and works for 30 s, b has partition 2 and idles after 1 s.
  const spans = Array.from({ length: 30 }, (_, n) => {
    const traceId = `t${n}`;
    const isOfB = n % 10 === 9;
    const place = Math.floor(n / 10);
    const facts = {
      ...offset(isOfB ? place : n),
      "messaging.destination.partition.id": isOfB ? "2" : `${n % 2}`,
      "messaging.client.id": isOfB ? "b" : "a",
    };
    return [
      sent({ id: "s", traceId, at: 0, for: 0 }),
      handled({
        id: "p",
        traceId,
        parentSpanId: "s",
        at: isOfB ? place * 300 : n * 1000,
        for: isOfB ? 299 : 999,
        facts,
      }),
    ];
  }).flat();
  const [problem] = explain(spans).problems;
  expect(problem).toMatchObject({ class: "hot-partition" });
});
