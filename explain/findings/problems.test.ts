import { expect, it } from "vitest";
import { epochNs, handled, offset, sent } from "../deliveries/spans.fixture.ts";
import { explain } from "../explain.ts";

it("counts only retried messages as retried", () => {
  const spans = [
    ...[1, 2].map((n) => sent({ id: "s", traceId: `t${n}`, at: 0, for: 0 })),
    handled({ id: "p1", traceId: "t1", parentSpanId: "s", at: 1, for: 1000, failed: true, facts: offset(1) }),
    handled({ id: "p2", traceId: "t1", parentSpanId: "s", at: 2000, for: 10, facts: offset(1) }),
    handled({ id: "p", traceId: "t2", parentSpanId: "s", at: 2010, for: 10, failed: true, facts: offset(2) }),
  ];
  const retries = explain(spans).problems.find((problem) => problem.class === "retries");
  expect(retries?.why).toBe(
    "1 message failed and had to be retried. The extra attempts and the time between attempts took 2.00 s.",
  );
});

it("does not call a likely rebalance proven because other waits of the stage are", () => {
  const busy = Array.from({ length: 200 }, (_, n) => {
    const [traceId, certain] = [
      `busy${n}`,
      { ...offset(n), "holdup.partition.assigned_at": Number(epochNs) / 1e6 },
    ];
    return [
      sent({ id: "s", traceId, at: 0, for: 0 }),
      handled({ id: "p", traceId, parentSpanId: "s", at: n * 100, for: 99, facts: certain }),
    ];
  }).flat();
  const moved = [0, 1].map((n) => ({ traceId: `moved${n}`, at: n * 150_000 }));
  const alone = moved.flatMap(({ traceId, at }, n) => [
    sent({ id: "s", traceId, at: n, for: 0 }),
    handled({
      ...{ id: "p", traceId, parentSpanId: "s", at: at + 1, for: 5 },
      facts: { ...offset(n), "messaging.destination.partition.id": "1", "messaging.client.id": `d${n}` },
    }),
  ]);
  const { problems } = explain([...busy, ...alone]);
  expect(problems.map(({ class: kind, certainty }) => [kind, certainty])).toEqual([
    ["hot-partition", "proven"],
    ["rebalance", "likely"],
  ]);
});

it("does not call messages delivered again where several groups may look like one", () => {
  const spans = Array.from({ length: 20 }, (_, n) =>
    ["p", "q"].map((id) =>
      handled({
        ...{ id, traceId: `t${n}`, at: n * 1000 + (id === "p" ? 0 : 400), for: 300 },
        facts: { ...offset(n), "messaging.consumer.group.name": "" },
      }),
    ),
  ).flat();
  expect(explain(spans).problems).toEqual([]);
});

it("knows retries by the message's id, where neither partition nor offset is known", () => {
  const place = { "messaging.system": "rabbitmq", "messaging.operation.type": "process" };
  const attempt = (n: number, at: number, failed: boolean) =>
    handled({
      ...{ id: `p${n}-${at}`, traceId: `t${n}`, parentSpanId: "s", at, for: 100, failed },
      attributes: { ...place, "messaging.destination.name": "jobs", "messaging.message.id": `m${n}` },
    });
  const spans = Array.from({ length: 10 }, (_, n) => [
    sent({ id: "s", traceId: `t${n}`, topic: "jobs", at: n * 300, for: 0 }),
    ...(n === 3
      ? [attempt(n, 901, true), attempt(n, 5_001, true), attempt(n, 9_001, false)]
      : [attempt(n, n * 300 + 1, false)]),
  ]).flat();
  const { problems, orders } = explain(spans);
  expect(problems.map((problem) => problem.class)).toEqual(["retries"]);
  const [wait] = orders[3]?.deliveries.map((delivery) => delivery.wait) ?? [];
  expect(wait?.byCause).toEqual({ transport: 1_000_000, retry: 8_100_000_000 });
  expect(wait?.blockers).toEqual([]);
});
