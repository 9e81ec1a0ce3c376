import { describe, expect, it } from "vitest";
import { explain } from "../explain.ts";
import { lacks } from "../service-finding.ts";
import type { Attributes } from "../span.ts";
import { advice, adviceFor } from "./advice.ts";
import { diagnose } from "./diagnosis.ts";
import { type LibraryName, libraries, spansOf } from "./libraries.fixture.ts";
import { snippets } from "./snippets.ts";

describe("the table of advice", () => {
  it.each(advice.map((one) => ({ ...one, row: one })))("is reached: $lack, $where", ({ row }) => {
    expect(adviceFor(row.lack, row.example)).toBe(row);
  });

  it.each(lacks)("has something for a lack of %s in any language", (lack) => {
    expect(adviceFor(lack, { language: "cobol", scope: "unheard-of" })).toBeDefined();
  });

  it("has the code that is tried, as it is", () => {
    const printed = advice.map(({ lines }) => `${lines.join("\n")}\n`);
    expect(printed).toEqual(expect.arrayContaining(Object.values(snippets).map(({ code }) => code)));
  });

  it("names nothing that has no source", () => {
    expect(advice.filter(({ source }) => source.length < 5)).toEqual([]);
  });
});

const needsOf = (name: LibraryName) =>
  diagnose(explain(spansOf(name))).patients.map(({ services, needs }) => ({
    services,
    needs: needs.map(({ what, advice }) => `${what}: ${advice?.where.split(/[.,:;]/u)[0]}`),
  }));

describe("what each library lacks by default", () => {
  it.each<{ readonly name: LibraryName; readonly needs: readonly string[] }>([
    {
      name: "kafka-python",
      needs: ["handling: Paste it into the module that consumes"],
    },
    { name: "aiokafka", needs: ["handling: Paste it into the module that consumes"] },
    { name: "confluent-kafka", needs: ["consumer group: After poll()"] },
    { name: "kafkajs", needs: ["consumer group: Where the instrumentation is created"] },
    { name: "kotel", needs: ["handling: Paste it into the package that consumes"] },
    { name: "sarama", needs: ["handling: Paste it into the package that consumes"] },
    { name: "Spring Boot", needs: ["consumer instance: With Spring Boot 3"] },
    { name: "Java agent", needs: [] },
    { name: "Brave", needs: ["handling: With Brave"] },
  ])("$name", ({ name, needs }) => {
    expect(needsOf(name)).toEqual(needs.length > 0 ? [{ services: ["billing"], needs }] : []);
  });

  it("says how to find the producer where only the consumer is instrumented", () => {
    const needs = (["Spring Boot", "Java agent", "kafkajs"] as const).map((name) => {
      const { patients } = diagnose(explain(spansOf(name, { producer: false })));
      return patients[0]?.needs.find(({ what }) => what === "time of arrival")?.advice?.lines[0];
    });
    expect(needs).toEqual([
      "spring.kafka.template.observation-enabled=true",
      "-Dotel.instrumentation.kafka.experimental-span-attributes=true",
      "messaging.kafka.message.timestamp=<timestamp>",
    ]);
  });
});

const values: Attributes = { "<topic>": "orders", "<partition>": 1, "<offset>": 0, "<group>": "billing" };

/** The attributes of advice whose lines are `name=<value>`. */
function attributesIn(lines: readonly string[]): Attributes {
  const entries = lines.map((line) => line.split("="));
  return Object.fromEntries(entries.map(([name = "", value = ""]) => [name, values[value] ?? value]));
}

describe("advice that is followed", () => {
  it("in general: a span with the attributes of the list lacks nothing", () => {
    const { lines = [] } = adviceFor("handling", { language: "rust" }) ?? {};
    const handled = { name: "handle", kind: "consumer", attributes: attributesIn(lines) } as const;
    const spans = spansOf("sarama", {
      more: [{ ...handled, resource: { ...libraries.sarama.resource, "service.instance.id": "i" } }],
    });
    expect(diagnose(explain(spans))).toMatchObject({ isExplainable: true, patients: [] });
  });

  it("for Brave: the handling is known, and what is left is less", () => {
    const spans = spansOf("Brave", { more: [{ name: "on-message" }] });
    const { isExplainable, patients } = diagnose(explain(spans));
    expect(isExplainable).toBe(true);
    expect(patients[0]?.needs.map(({ what }) => what)).not.toContain("handling");
  });

  it.each([
    ["kafkajs", { "messaging.consumer.group.name": "billing" }],
    ["confluent-kafka", { "messaging.consumer.group.name": "billing" }],
  ] as const)("for %s: with the group nothing is lacking", (name, added) => {
    const { lines = [] } = diagnose(explain(spansOf(name))).patients[0]?.needs[0]?.advice ?? {};
    expect(lines.join("\n")).toContain(`"${Object.keys(added)[0]}", "<group>"`);
    const spans = spansOf(name).map((span) =>
      span.kind === "consumer" ? { ...span, attributes: { ...span.attributes, ...added } } : span,
    );
    expect(diagnose(explain(spans)).patients).toEqual([]);
  });

  it("for Spring Boot: with an instance nothing is lacking", () => {
    const spans = spansOf("Spring Boot").map((span) => ({
      ...span,
      resource: { ...span.resource, "service.instance.id": "host-1-12" },
    }));
    expect(diagnose(explain(spans)).patients).toEqual([]);
  });
});
