import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { handled, offset, sent, span } from "../deliveries/spans.fixture.ts";
import { explain } from "../explain.ts";
import { inOldDialect, withLosses } from "../oracle/distortions.fixture.ts";
import { createRandom } from "../oracle/random.fixture.ts";
import { allModes, scenarios, trouble } from "../oracle/scenarios.fixture.ts";
import { simulate } from "../oracle/simulate.fixture.ts";
import { spansOf } from "../oracle/spans.fixture.ts";
import type { Span } from "../span.ts";
import { answerLines } from "./answer.ts";
import { explanationLines, shortLines } from "./explanation-text.ts";
import { columnsOf, paintWith } from "./layout.ts";

type Order = {
  readonly at: number;
  readonly start: number;
  readonly for: number;
  readonly partition?: number;
  readonly operation?: string;
  readonly intensity?: string;
};

const light = { operation: "redis_basic", intensity: "light" };

/** One stage with one consumer of two partitions; order 2 keeps it busy for 14 s. */
const fiveOrders: readonly Order[] = [
  { at: 0, start: 1, for: 2000, operation: "intensive_io_operations", intensity: "heavy" },
  { at: 500, start: 2002, for: 14_000, operation: "extreme_cpu_computation", intensity: "severe" },
  { at: 3000, start: 16_003, for: 900, ...light },
  { at: 4000, start: 16_904, for: 900, partition: 1, ...light },
  { at: 5000, start: 17_805, for: 900, ...light },
];

function spansFor(orders: readonly Order[], operationName = "work"): Span[] {
  return orders.flatMap(({ at, start, for: length, partition = 0, operation, intensity }, n) => {
    const traceId = `${n + 1}`.repeat(32);
    const facts = {
      ...offset(40 + n),
      "messaging.destination.partition.id": `${partition}`,
      "holdup.consumer.concurrency": 1,
      "holdup.partition.assigned_at": Date.UTC(2026, 0, 1),
    };
    const attributes = {
      ...(operation !== undefined && { "workload.operation": operation }),
      ...(intensity !== undefined && { "workload.intensity": intensity }),
    };
    const common = { traceId, at: start, for: length, service: "consumer" };
    return [
      sent({ id: `s${n}`, traceId, at, for: 0 }),
      handled({ ...common, id: `p${n}`, parentSpanId: `s${n}`, facts }),
      span({ ...common, id: `w${n}`, name: operationName, parentSpanId: `p${n}`, attributes }),
    ];
  });
}

const plain = { hasColour: false };

describe("the text of an explanation", () => {
  it("in 80 columns", () => {
    const lines = explanationLines(explain(spansFor(fiveOrders)), { ...plain, width: 80 });
    expect(lines.join("\n")).toMatchInlineSnapshot(`
      "5 orders in 18.7 s from 2026-01-01T00:00:00.000Z, 5 messages handled. Read 15
      spans in 5 traces.

      Head-of-line blocking in g: 38.7 s of waiting since 00:00:02Z
        Order 2 (\`extreme_cpu_computation\`, severe, partition 0, offset 41) ran
        14.0 s, 16 times the median (900 ms). 3 messages waited 36.0 s for it; without
        it they would hardly have waited. Proven by the spans.
        What helps: If it had run as long as the median, messages would have waited
        1.50 s instead of 40.2 s. Move such work to its own topic and consumers. With
        as many consumers as partitions, or as many partitions at a time, messages
        would have waited 26.4 s instead of 40.2 s.

                 ╷0 s              ╷5 s              ╷10 s              ╷15 s
      g (topic orders): 2 partitions, 1 consumer, 1 at a time
        p0       1▓▓▓▓▓▓2████████████████████████████████████████████████████3░░  5░░░
        queue 2    ▄▄▄▄▄    ▄▄▄▄▄▄▄▆▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▄▄▄▄▄▄▃
        p1                                                                     4░░░
        queue 1                 ▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇
      Bars: messages being handled, with the order's number (█ severe, ▓ heavy, ░
      light). queue n: messages waiting, ▇ = n."
    `);
  });

  it("with everything", () => {
    const lines = explanationLines(explain(spansFor(fiveOrders)), { ...plain, width: 80, detail: "all" });
    expect(lines.slice(lines.findIndex((line) => line.startsWith("Bars"))).join("\n")).toMatchInlineSnapshot(`
      "Bars: messages being handled, with the order's number (█ severe, ▓ heavy, ░
      light). queue n: messages waiting, ▇ = n.

      Who held up others (for: run time, cost: waiting it caused, of: messages)
      who      what it ran                          for    cost  of  in
      order 2  extreme_cpu_computation (severe)  14.0 s  36.0 s   3  g
      order 3  redis_basic (light)               900 ms  1.80 s   2  g
      order 1  intensive_io_operations (heavy)   2.00 s  1.50 s   1  g
      order 4  redis_basic (light)               900 ms  900 ms   1  g

      Stages
      stage   busy  in/s  max/s  wait p50  wait p95  wait p99  run p50
      g      100 %  0.80   0.27    12.8 s    13.0 s    13.0 s   900 ms

      What happened to each order
      Order 1 took 2.00 s and hardly waited. Its longest work was
        \`intensive_io_operations\` in g (2.00 s).
      Order 2 took 15.5 s: 14.0 s of work, 1.50 s waiting in g. 1.50 s of that
        behind order 1 (\`intensive_io_operations\`, heavy, partition 0, offset 40).
      Order 3 took 13.9 s: 900 ms of work, 13.0 s waiting in g. 13.0 s of that
        behind order 2 (\`extreme_cpu_computation\`, severe, partition 0, offset 41).
      Order 4 took 13.8 s: 900 ms of work, 12.9 s waiting in g. 12.0 s of that while
        its consumer was busy with order 2 (\`extreme_cpu_computation\`, severe,
        partition 0, offset 41) and 900 ms while its consumer was busy with order 3
        (\`redis_basic\`, light, partition 0, offset 42).
      Order 5 took 13.7 s: 900 ms of work, 12.8 s waiting in g. 11.0 s of that
        behind order 2 (\`extreme_cpu_computation\`, severe, partition 0, offset 41),
        900 ms behind order 3 (\`redis_basic\`, light, partition 0, offset 42) and
        900 ms while its consumer was busy with order 4 (\`redis_basic\`, light,
        partition 1, offset 43)."
    `);
  });

  it("in 40 columns", () => {
    const lines = explanationLines(explain(spansFor(fiveOrders)), { ...plain, width: 40 });
    expect(lines.join("\n")).toMatchInlineSnapshot(`
      "5 orders in 18.7 s from
      2026-01-01T00:00:00.000Z, 5 messages
      handled. Read 15 spans in 5 traces.

      Head-of-line blocking in g: 38.7 s of
      waiting since 00:00:02Z
        Order 2 (\`extreme_cpu_computation\`,
        severe, partition 0, offset 41) ran
        14.0 s, 16 times the median (900 ms).
        3 messages waited 36.0 s for it;
        without it they would hardly have
        waited. Proven by the spans.
        What helps: If it had run as long as
        the median, messages would have waited
        1.50 s instead of 40.2 s.

                 ╷0 s           ╷10 s
      g (topic orders): 2 partitions, 1
        consumer, 1 at a time
        p0       1▓▓2█████████████████████3░5░
        queue 2   ▄▄  ▄▄▅▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▄▄▃
        p1                                 4░
        queue 1        ▆▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇
      Bars: messages being handled, with the
      order's number (█ severe, ▓ heavy, ░
      light). queue n: messages waiting, ▇ =
      n."
    `);
  });

  it("in 120 columns, in short", () => {
    const lines = shortLines(explain(spansFor(fiveOrders)), { ...plain, width: 120 });
    expect(lines.join("\n")).toMatchInlineSnapshot(`
      "           ╷0 s       ╷2 s        ╷4 s       ╷6 s        ╷8 s        ╷10 s      ╷12 s       ╷14 s       ╷16 s      ╷18 s
      g (topic orders): 2 partitions, 1 consumer, 1 at a time
        p0       1▓▓▓▓▓▓▓▓▓▓2██████████████████████████████████████████████████████████████████████████████████3░░░░    5░░░░░
        queue 2     ▄▄▄▄▄▄▄▄▃     ▂▄▄▄▄▄▄▄▄▄▄▄▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▅▄▄▄▄▄▄▄▄▄▃
        p1                                                                                                         4░░░░░
        queue 1                         ▅▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▄
      Bars: messages being handled, with the order's number (█ severe, ▓ heavy, ░ light). queue n: messages waiting, ▇ = n.

      Head-of-line blocking in g: 38.7 s of waiting since 00:00:02Z
        Order 2 (\`extreme_cpu_computation\`, severe, partition 0, offset 41) ran 14.0 s, 16 times the median (900 ms). 3
        messages waited 36.0 s for it; without it they would hardly have waited. Proven by the spans.
        What helps: If it had run as long as the median, messages would have waited 1.50 s instead of 40.2 s.
      Order 2 cost the others most: it ran 14.0 s in g, mostly extreme_cpu_computation (severe), and 3 messages waited 36.0 s
      for it in total."
    `);
  });

  it("of one order lists each segment with the spans that caused it", () => {
    const options = { only: ({ traceId = "" }) => traceId.startsWith("4") };
    const lines = explanationLines(explain(spansFor(fiveOrders), options), {
      ...plain,
      width: 80,
      detail: "segments",
    });
    expect(lines.slice(6).join("\n")).toMatchInlineSnapshot(`
      "  partition 0, offset 41) and 900 ms while its consumer was busy with order 3
        (\`redis_basic\`, light, partition 0, offset 42).

      g waited 12.9 s, ran 900 ms (partition 1, offset 43, consumer c)
            at      for  because of
          0 ms   12.0 s  same-consumer: order 2, extreme_cpu_computation (severe)
          trace 22222222222222222222222222222222 span p1
        12.0 s  1.00 ms  transport, likely
        12.0 s   900 ms  same-consumer: order 3, redis_basic (light)
          trace 33333333333333333333333333333333 span p2
        12.9 s  1.00 ms  transport, likely
        what it ran             for
        redis_basic (light)  900 ms"
    `);
  });

  it("of messages that only wait yet has the answer and the lanes too", () => {
    const spans = [0, 1000, 2000].map((at, n) => {
      const facts = { ...offset(41 + n), "messaging.destination.partition.id": "0" };
      return sent({ id: `s${n}`, traceId: `${n}`.repeat(32), at, for: 1, facts });
    });
    const running = {
      group: "g",
      topic: "orders",
      partition: 0,
      offset: 41,
      orderId: undefined,
      startedAtMs: Date.UTC(2026, 0, 1) + 10,
      operation: "extreme_cpu_computation",
      intensity: "severe",
    };
    const nowMs = Date.UTC(2026, 0, 1) + 20_000;
    const explanation = explain(spans, { running: [running], nowMs });
    expect(explanationLines(explanation, { ...plain, width: 80 }).join("\n")).toMatchInlineSnapshot(`
      "3 orders (3 still under way) in 20.0 s from 2026-01-01T00:00:00.000Z, 0 messages
      handled. Read 3 spans in 3 traces.

      Now in g: 2 messages have waited up to 19.0 s so far, behind order 1; order 1
        has been running \`extreme_cpu_computation\` for 20.0 s.

                 ╷0 s             ╷5 s             ╷10 s            ╷15 s
      g (topic orders): 1 partition, nothing handled yet
        p0       1████████████████████████████████████████████████████████████████████
        queue 2     ▂▄▄▄▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇
      Bars: messages being handled, with the order's number (█ severe). queue n:
      messages waiting, ▇ = n.

      What happened to each order
      Order 1 has been under way for 20.0 s: it is being handled in g, after waiting
        9.00 ms.
      Order 2 has been under way for 19.0 s: it has waited 19.0 s so far in g; it is
        behind order 1, which has been running for 20.0 s.
      Order 3 has been under way for 18.0 s: it has waited 18.0 s so far in g; it is
        behind order 1, which has been running for 20.0 s."
    `);
  });

  it("of many orders lists those that were asked for", () => {
    const many = Array.from({ length: 30 }, (_, n) => ({ at: n * 10, start: 1 + n * 101, for: 100 }));
    const linesOf = (detail: "answer" | "orders" | "all") =>
      explanationLines(explain(spansFor(many)), { ...plain, width: 80, detail });
    expect(linesOf("answer").join("\n")).not.toContain("Order 30 took");
    expect(linesOf("orders").join(" ")).toMatch(/Order 1 took.*Order 30 took/);
    const all = linesOf("all");
    expect(all[all.indexOf("The 10 slowest of 30 orders; --orders lists all") + 1]).toContain(
      "Order 30 took 2.74 s",
    );
  });

  it("without spans says which spans are needed", () => {
    expect(explanationLines(explain([]), { ...plain, width: 80 }).join("\n")).toMatchInlineSnapshot(`
      "0 spans in 0 traces, and none shows how a message was handled. explain needs
      spans of kind CONSUMER that name a topic (messaging.destination.name) and last
      as long as the handling.

      Whether something is wrong cannot be said."
    `);
  });

  it("ends with what is missing, clocks that disagree, and unusable input", () => {
    const bare = handled({ id: "p", at: 0, for: 1, attributes: { "messaging.system": "kafka" } });
    const skewed = [
      sent({ id: "s", traceId: "u", at: 100, for: 5 }),
      handled({ id: "q", traceId: "u", parentSpanId: "s", at: 40, for: 1, facts: offset(1) }),
    ];
    const input = [{ what: "The span has no id.", where: "traces.json, line 7", count: 3 }];
    const lines = explanationLines(explain([bare, ...skewed], { input }), {
      ...plain,
      width: 80,
      detail: "all",
    });
    expect(lines.slice(lines.indexOf("What the spans do not show")).join("\n")).toMatchInlineSnapshot(`
      "What the spans do not show
      consumer (topic orders): no partition in 1 of 1. It is unknown which message
        was ahead in the partition, only that a consumer was busy. Record
        messaging.destination.partition.id on the consumer's spans.
      consumer (topic orders): no consumer group in 1 of 1. The service name stands
        for the group. Record messaging.consumer.group.name.
      consumer (topic orders): no time of arrival in 1 of 1. There is no producer
        span and no record timestamp, so it is unknown how long the message waited.
        Instrument the producer and propagate its context in the message's headers, or
        record messaging.kafka.message.timestamp.

      Clocks that disagree
      The clock of consumer is at least 60.0 ms behind that of producer (1 message).
        Times were not corrected, so waits between the two are too short by as much.

      Input that could not be used
      3 × The span has no id. First: traces.json, line 7."
    `);
  });
});

it("stays short with many stages and with many orders in one trace", () => {
  const stages = Array.from({ length: 200 }, (_, n) => n);
  const spans = [0, 1, 2].flatMap((order) =>
    stages.flatMap((n) => {
      const at = n * 10_000 + order * 100;
      const traceId = `${order}`;
      const topic = `topic-${n}`;
      const facts = {
        "messaging.consumer.group.name": `stage-${n}`,
        "holdup.order.id": `${order} ${n % 30}`,
      };
      return [
        sent({ id: `s${n}`, traceId, topic, at, for: 0 }),
        handled({
          id: `p${n}`,
          traceId,
          topic,
          parentSpanId: `s${n}`,
          at: at + 1 + order * 1500,
          for: 1000,
          facts,
        }),
      ];
    }),
  );
  const input = stages.map((n) => ({ what: `Problem ${n}.`, where: "here", count: 1 }));
  const explanation = explain(spans, { input });
  expect(explanation.problems.length).toBeGreaterThan(100);
  const lines = explanationLines(explanation, { ...plain, width: 80, detail: "all" });
  expect(lines.length).toBeLessThan(250);
  expect(lines).toContain(`${explanation.problems.length - 11} smaller problems are not listed.`);
  expect(lines).toContain("192 more stages are not drawn.");
  expect(lines).toContain("184 more stages had less waiting.");
  expect(lines).toContain("192 more are in the JSON (--json).");
  expect(lines.join(" ")).toContain(
    "stage-0 (topic topic-0), stage-1 (topic topic-1), stage-2 (topic topic-2) and   197 more: no offset in 600 of 600. ",
  );
  const inFull = explanationLines(explanation, { ...plain, width: 80, detail: "segments" });
  expect(inFull.length).toBeLessThan(400);
  expect(inFull).toContain("85 more orders took less time.");
});

it("uses colour only for what the text also says", () => {
  const explanation = explain(spansFor(fiveOrders));
  const painted = explanationLines(explanation, { width: 80, hasColour: true }).join("\n");
  expect(painted).toContain("\u001b[31m");
  // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what a colour is
  expect(painted.replaceAll(/\u001b\[\d+m/g, "")).toBe(
    explanationLines(explanation, { ...plain, width: 80 }).join("\n"),
  );
});

it("escapes control characters from spans", () => {
  const bad = "\u001b[2J\r\nNo problem\u202e";
  const named = spansFor(
    fiveOrders.map(({ operation: _, ...rest }) => rest),
    bad,
  );
  const foreign = named.map((one) => ({
    ...one,
    service: bad,
    attributes: {
      ...one.attributes,
      ...("messaging.destination.name" in one.attributes && {
        "messaging.destination.name": bad,
        "messaging.consumer.group.name": bad,
        "messaging.kafka.message.key": bad,
      }),
    },
  }));
  const explanation = explain(foreign, { names: new Map([["2".repeat(32), bad]]) });
  for (const detail of ["segments", "all"] as const) {
    const text = explanationLines(explanation, { ...plain, width: 80, detail }).join("\n");
    expect(text).toMatch(/\\u001b\[2J/);
    expect(text.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  }
  expect(shortLines(explanation, { ...plain, width: 80 }).join("")).not.toMatch(/[\p{Cc}\p{Cf}]/u);
});

it("answers within 15 lines at 80 columns, whatever happened", () => {
  fc.assert(
    fc.property(scenarios({ ...trouble, modes: allModes }), fc.nat(), (scenario, seed) => {
      const { spans } = spansOf(simulate(scenario));
      const paint = paintWith(false);
      for (const some of [spans, withLosses(spans, 4, createRandom(seed)), inOldDialect(spans)])
        expect(answerLines(explain(some), 80, paint).length).toBeLessThanOrEqual(15);
    }),
    { seed: 11, numRuns: 30 },
  );
});

it("fits every width in every scenario", () => {
  fc.assert(
    fc.property(
      scenarios({ ...trouble, modes: allModes }),
      fc.nat(),
      fc.integer({ min: 40, max: 200 }),
      (scenario, seed, width) => {
        const { spans } = spansOf(simulate(scenario));
        for (const some of [spans, withLosses(spans, 4, createRandom(seed))]) {
          const explanation = explain(some);
          const lines = [
            ...explanationLines(explanation, { ...plain, width, detail: "all" }),
            ...explanationLines(explanation, { ...plain, width, detail: "segments" }),
            ...shortLines(explanation, { ...plain, width }),
          ];
          expect(lines.filter((line) => columnsOf(line) > width)).toEqual([]);
          expect(lines.filter((line) => line !== line.trimEnd())).toEqual([]);
        }
      },
    ),
    { seed: 11, numRuns: 20 },
  );
});
