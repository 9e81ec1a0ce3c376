import { describe, expect, it } from "vitest";
import { handled, offset, sent } from "../deliveries/spans.fixture.ts";
import { explain } from "../explain.ts";
import type { Span } from "../span.ts";

type TestMessage = {
  readonly at: number;
  readonly start: number;
  readonly for: number;
  readonly topic?: string;
  readonly partition?: number;
  readonly consumer?: string;
};

function messages(...list: readonly TestMessage[]): Span[] {
  return list.flatMap(({ at, start, for: length, topic = "orders", partition = 0, consumer = "c" }, n) => {
    const traceId = `t${n}`;
    const facts = {
      ...offset(n),
      "messaging.destination.partition.id": `${partition}`,
      "messaging.client.id": consumer,
    };
    return [
      sent({ id: "s", traceId, at, for: 0, topic }),
      handled({ id: "p", traceId, parentSpanId: "s", at: start, for: length, topic, facts }),
    ];
  });
}

const inTurn = (count: number, more: (n: number) => Partial<TestMessage>) =>
  messages(...Array.from({ length: count }, (_, n) => ({ at: 0, start: n * 100, for: 99, ...more(n) })));

describe("the slots of a stage", () => {
  it("are not added up over restarts of its consumer", () => {
    const spans = inTurn(300, (n) => ({ partition: n % 3, consumer: `pod-${Math.floor(n / 100)}` }));
    const [stage] = explain(spans).stages;
    expect(stage).toMatchObject({ consumers: 3, slots: 1 });
    expect(stage?.utilisation).toBeCloseTo(0.99);
    expect(stage?.capacityPerSecond).toBeCloseTo(1000 / 99);
  });

  it("do not overrate evenly filled partitions after a restart", () => {
    const spans = inTurn(60, (n) => ({
      partition: n % 10 === 0 ? 1 : 0,
      consumer: `pod-${Math.floor(n / 20)}`,
    }));
    expect(explain(spans).problems.map((problem) => problem.class)).toContain("saturation");
  });

  it("include all consumers that are members at the same time, however little they do", () => {
    const spans = messages(
      { at: 0, start: 1, for: 100, partition: 0, consumer: "a" },
      { at: 1000, start: 1001, for: 100, partition: 1, consumer: "b" },
      { at: 2000, start: 2001, for: 100, partition: 2, consumer: "c" },
    );
    const [stage] = explain(spans).stages;
    expect(stage).toMatchObject({ consumers: 3, slots: 3 });
    expect(stage?.utilisation).toBeCloseTo(300 / (3 * 2101));
  });

  it("count only while their consumers are members", () => {
    const alone = Array.from({ length: 10 }, (_, n) => ({
      at: 0,
      start: n * 100,
      for: 100,
      partition: n % 2,
    }));
    const joined = Array.from({ length: 20 }, (_, n) => ({
      at: 0,
      start: 1000 + Math.floor(n / 2) * 100,
      for: 100,
      partition: n % 2,
      consumer: n % 2 === 0 ? "c" : "d",
    }));
    const [stage] = explain(messages(...alone, ...joined)).stages;
    expect(stage).toMatchObject({ consumers: 2, slots: 2, utilisation: 1 });
    expect(stage?.capacityPerSecond).toBeCloseTo(15);
  });
});

describe("a consumer that two stages share", () => {
  const both = (at: (n: number) => number) =>
    explain(inTurn(300, (n) => ({ at: at(n), topic: n % 2 === 0 ? "a" : "b" })));

  it("is busy in each stage only for the time that it works there", () => {
    const { stages } = both(() => 0);
    expect(stages.map(({ utilisation }) => utilisation?.toFixed(2))).toEqual(["0.50", "0.50"]);
    for (const { slots, capacityPerSecond } of stages) {
      expect(slots).toBe(1);
      expect(capacityPerSecond).toBeCloseTo(1000 / 99);
    }
  });

  it("is mentioned in the problem", () => {
    const problem = both(() => 0).problems.find(({ topic }) => topic === "a");
    expect(problem?.why).toContain(
      "busy 50 % of the time. Its consumers spent another 49 % of their time on topic b.",
    );
    expect(problem?.help).toContain("Consumers that handle only this topic would help.");
  });

  it("saturates a stage that would be below capacity without the other", () => {
    const { problems } = both((n) => n * 70);
    expect(problems.map(({ class: kind, why }) => [kind, why.includes("in bunches")])).toEqual([
      ["saturation", false],
      ["saturation", false],
    ]);
  });
});
