import { describe, expect, it } from "vitest";
import { handled, offset, sent } from "../deliveries/spans.fixture.ts";
import { explain } from "../explain.ts";
import { failureOf, readCondition } from "./condition.ts";

/** Three messages, a second each, one after the other: they wait 1 ms, 1 s and 2 s. */
const explanation = explain(
  [0, 1, 2].flatMap((n) => {
    const traceId = `t${n}`;
    const facts = { ...offset(n), "messaging.consumer.group.name": "processing-service" };
    return [
      sent({ id: "s", traceId, at: 0, for: 0 }),
      handled({ id: "p", traceId, parentSpanId: "s", at: 1 + n * 1000, for: 1000, facts }),
    ];
  }),
);

const failure = (text: string) => failureOf(readCondition(text), explanation);

describe("a condition", () => {
  it.each([
    ["wait.p99>2s", "wait.p99>2s holds: it is 2.00 s."],
    ["wait.p99 >= 2.001 s", "wait.p99 >= 2.001 s holds: it is 2.00 s."],
    ["wait.p50>999ms", "wait.p50>999ms holds: it is 1.00 s."],
    ["processing-service.wait.max>0.03min", "processing-service.wait.max>0.03min holds: it is 2.00 s."],
    ["wait.p99>0.03m", "wait.p99>0.03m holds: it is 2.00 s."],
    ["wait.p99>0.0005h", "wait.p99>0.0005h holds: it is 2.00 s."],
    ["processing.run.p50<=1000000µs", "processing.run.p50<=1000000µs holds: it is 1.00 s."],
    ["total.max>3s", "total.max>3s holds: it is 3.00 s."],
    ["utilisation>=90%", "utilisation>=90% holds: it is 99.97 %."],
    ["unexplained<0.5", "unexplained<0.5 holds: it is 0 %."],
    ["blocked.max>1s", "blocked.max>1s holds: it is 2.00 s."],
  ])("%s holds", (text, message) => {
    expect(failure(text)).toBe(message);
  });

  it.each([
    "wait.p99>2.001s",
    "wait.p99<2s",
    "processing-service.run.max>1s",
    "total.p50>3s",
    "unexplained>0",
    "utilisation<0.9",
    "blocked.max>2.1s",
  ])("%s does not hold", (text) => {
    expect(failure(text)).toBeUndefined();
  });

  it("fails when there is nothing to measure", () => {
    expect(failure("billing.wait.p99>2s")).toBe(
      "billing.wait.p99>2s fails: there is no stage billing; the stages are processing-service.",
    );
    const nothing = explain([]);
    for (const metric of ["wait.p99", "total.p50", "run.max", "blocked.max"]) {
      expect(failureOf(readCondition(`${metric}>2s`), nothing)).toBe(
        `${metric}>2s fails: the spans do not show ${metric}.`,
      );
    }
    expect(failureOf(readCondition("utilisation>1%"), nothing)).toContain("fails");
    expect(failureOf(readCondition("unexplained>1%"), nothing)).toContain("fails");
  });
});

it("escapes its text and names from spans", () => {
  const bad = "\u001b[2J\n\u202e";
  const named = explain([
    handled({ id: "p", at: 0, for: 1, facts: { "messaging.consumer.group.name": bad } }),
  ]);
  const shown = "\\u001b[2J\\u000a\\u202e";
  expect(failureOf(readCondition(`${bad}x.wait.p99>2s`), named)).toBe(
    `${shown}x.wait.p99>2s fails: there is no stage ${shown}x; the stages are ${shown}.`,
  );
  expect(() => readCondition(bad)).toThrow(`--fail-on '${shown}': it needs one of`);
});

it.each([
  ["wait.p99", "it needs one of > >= < <="],
  ["wait.p99=2s", "it needs one of > >= < <="],
  ["1s<wait.p99<2s", "it needs one of > >= < <="],
  ["wait.p98>2s", 'there is no metric "wait.p98"; the metrics are wait.p50, wait.p95'],
  [">2s", 'there is no metric ""'],
  [
    "wait.p99>soon",
    'expected a time such as 500ms, 30s, 10m or 2h (units: µs, ms, s, m, h, d) for wait.p99, not "soon".',
  ],
  [
    "wait.p99>",
    'expected a time such as 500ms, 30s, 10m or 2h (units: µs, ms, s, m, h, d) for wait.p99, not "".',
  ],
  ["wait.p99>2", 'for wait.p99, not "2".'],
  ["wait.p99>5%", 'for wait.p99, not "5%".'],
  ["utilisation>2s", 'expected a share such as 5% or 0.05 for utilisation, not "2s".'],
  ["processing-service.total.p99>2s", "total.p99 is a metric of whole orders, not of a stage."],
])("refuses %j: %s", (text, message) => {
  expect(() => readCondition(text)).toThrow(
    expect.objectContaining({ code: "HOLDUP_USAGE", message: expect.stringContaining(`'${text}': `) }),
  );
  expect(() => readCondition(text)).toThrow(message);
});
