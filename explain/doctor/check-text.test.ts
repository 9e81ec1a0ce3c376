import { describe, expect, it } from "vitest";
import { explain } from "../explain.ts";
import type { Span } from "../span.ts";
import { columnsOf } from "../text/layout.ts";
import { checkLines, shortCheckLines } from "./check-text.ts";
import { type LibraryName, libraries, spansOf } from "./libraries.fixture.ts";
import { snippets } from "./snippets.ts";

const names = Object.keys(libraries).filter((name): name is LibraryName => name in libraries);
const check = (spans: readonly Span[], width = 80) =>
  checkLines(explain(spans), { width, hasColour: false }).join("\n");

describe("the text of --check", () => {
  it.each([80, 40])("says what kafkajs lacks, in %i columns", (width) => {
    expect(check(spansOf("kafkajs"), width)).toMatchSnapshot();
  });

  it.each([80, 40])("prints code to paste for kafka-python, in %i columns", (width) => {
    const text = check(spansOf("kafka-python"), width);
    expect(text).toContain(`\n\n${snippets.kafkaPython.code}\n`);
    expect(text.replace(snippets.kafkaPython.code, "<code>\n")).toMatchSnapshot();
  });

  it("prints the line for the shell that belongs to code", () => {
    expect(check(spansOf("kotel"))).toContain(`\n\n${snippets.kotel.shell}\n\n`);
  });

  it.each(names)("wraps everything but what is to be copied: %s", (name) => {
    const wide = new Set(check(spansOf(name), 1000).split("\n"));
    const tooLong = check(spansOf(name), 40)
      .split("\n")
      .filter((line) => columnsOf(line) > 40);
    expect(tooLong.filter((line) => !wide.has(line))).toEqual([]);
  });

  it("says when nothing is lacking", () => {
    expect(check(spansOf("Java agent"))).toBe(
      "Read 2 spans in 1 trace: they can be explained, and nothing is lacking.",
    );
  });

  it("says when there are no spans of messages", () => {
    expect(check([])).toContain("Read 0 spans in 0 traces, and none is one of a message.");
  });

  it("puts services together that lack the same, and prints a mend once", () => {
    const other = spansOf("kafkajs").map((span) => ({
      ...span,
      traceId: "a3ce929d0e0e47364bf92f3577b34da6",
      service: span.kind === "consumer" ? "mailer" : "shop",
    }));
    const pool = spansOf("confluent-kafka");
    const text = check([
      ...spansOf("kafkajs"),
      ...other,
      ...pool.map((span) => ({ ...span, service: `${span.service} 2` })),
    ]);
    expect(text).toContain("billing and mailer (Node.js, kafkajs)\n");
    expect(text).toContain("all 2 messages");
    expect(text.match(/consumerHook/gu)).toHaveLength(1);
  });

  it("refers to a mend that is printed above", () => {
    const alone = (service: string, span: Span, added: object) => ({
      ...span,
      service,
      attributes: { ...span.attributes, ...added },
    });
    const consumed = spansOf("kafkajs")[1];
    const text = consumed
      ? check([
          alone("billing", consumed, { "messaging.kafka.message.timestamp": 0 }),
          alone(
            "mailer",
            { ...consumed, spanId: "b2", resource: { "telemetry.sdk.language": "nodejs" } },
            {},
          ),
        ])
      : "";
    expect(text).toContain("What to do: the same as for billing.");
  });

  it("names topics of which no span shows who consumes them, with Spring's setting", () => {
    const [sent] = spansOf("Spring Boot");
    const text = check(sent ? [sent] : [], 120);
    expect(text).toContain("they cannot be explained, because none shows a message being consumed.");
    expect(text).toContain("Topic orders, sent by shop\n  No span shows who consumes it.");
    expect(text).toContain("\n\nspring.kafka.listener.observation-enabled=true\n\n");
  });

  it("says at the end which input could not be used", () => {
    const explanation = explain(spansOf("Java agent"), {
      input: [{ what: "The line is no JSON.", where: "spans.json, line 3", count: 2 }],
    });
    expect(checkLines(explanation, { width: 80, hasColour: false }).slice(-2)).toEqual([
      "Input that could not be used",
      "2 × The line is no JSON. First: spans.json, line 3.",
    ]);
  });

  it("escapes control characters of services and operations", () => {
    const spans = spansOf("Java agent").map((span) => ({
      ...span,
      service: "\u001b[31mshop",
      attributes: { ...span.attributes, "messaging.operation": "\u0007zap" },
    }));
    expect(check(spans)).not.toContain("\u001b");
    expect(check(spans)).toContain("such as \\u0007zap,");
  });
});

describe("the end of a refusal", () => {
  const short = (spans: readonly Span[], width = 80) => shortCheckLines(explain(spans), width).join("\n");

  it("names what to add, and how much", () => {
    expect(short(spansOf("sarama"))).toMatchInlineSnapshot(`
      "What to add
      - billing (Go, sarama with otelsarama), a span of the handling: 23 lines of
        code.
      The same command with --check shows it in full."
    `);
  });

  it("prints a setting in full", () => {
    const [sent] = spansOf("Spring Boot");
    expect(short(sent ? [sent] : [])).toMatchInlineSnapshot(`
      "What to add
      - Consumers of orders: If the consumer is a listener of Spring Boot, in its
        application.properties:
      spring.kafka.listener.observation-enabled=true
      The same command with --check shows it in full."
    `);
  });

  it("says nothing when nothing is lacking", () => {
    expect(short(spansOf("Java agent"))).toBe("");
  });
});
