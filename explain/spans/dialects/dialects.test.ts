import { describe, expect, it } from "vitest";
import { span } from "../../deliveries/spans.fixture.ts";
import { keepsAttribute } from "../attributes.ts";
import { messageOf } from "../message.ts";
import type { Example } from "./dialect.ts";
import { attributesOf, dialects, handlingNames, operations } from "./dialects.ts";

const made = ({ name, kind, attributes }: Example) =>
  span({ id: "a", at: 0, for: 1, name, kind, attributes });

describe.each(dialects.map((dialect) => [dialect.name, dialect] as const))("%s", (_, dialect) => {
  it("is read as its examples show", () => {
    for (const example of dialect.examples) {
      const read = messageOf(made(example));
      if (!example.is) expect({ [example.name]: read }).toEqual({ [example.name]: undefined });
      else {
        expect({ [example.name]: read }).toMatchObject({
          [example.name]: {
            partition: undefined,
            offset: undefined,
            key: undefined,
            group: undefined,
            messageId: undefined,
            batchCount: undefined,
            queueTimeMs: undefined,
            wrapsHandling: false,
            ...example.is,
          },
        });
      }
    }
  });

  it("has a source, and examples of a sent and of a consumed message", () => {
    expect(dialect.source).not.toBe("");
    const roles = dialect.examples.map(({ is, kind }) => is?.role ?? kind);
    expect(roles.some((role) => role === "send" || role === "producer")).toBe(true);
    expect(roles.some((role) => role === "process" || role === "receive")).toBe(true);
  });

  it("shows its marks in an example", () => {
    const shown = new Set(dialect.examples.flatMap(({ attributes }) => Object.keys(attributes)));
    const marked = (dialect.marks ?? []).map(({ attribute }) => attribute);
    expect(marked.filter((attribute) => !shown.has(attribute))).toEqual([]);
  });

  it("loses nothing when a reader keeps only what explain reads", () => {
    for (const example of dialect.examples) {
      const kept = Object.entries(example.attributes).filter(([name]) => keepsAttribute(name));
      const reduced = messageOf(made({ ...example, attributes: Object.fromEntries(kept) }));
      expect(reduced).toEqual(messageOf(made(example)));
    }
  });
});

describe("in the table of dialects", () => {
  it("no attribute means two facts", () => {
    const meanings = dialects.flatMap(({ reads }) =>
      Object.entries(reads).flatMap(([fact, names]) => names.map((name) => ({ fact, name }))),
    );
    const byName = Map.groupBy(meanings, ({ name }) => name);
    const ambiguous = [...byName].filter(([, of]) => new Set(of.map(({ fact }) => fact)).size > 1);
    expect(ambiguous).toEqual([]);
  });

  it("no attribute and no operation is listed twice", () => {
    const names = dialects.flatMap(({ reads }) => Object.values(reads).flat());
    expect(names).toEqual([...new Set(names)]);
    const words = dialects.flatMap((dialect) => Object.keys(dialect.operations ?? {}));
    expect(words).toEqual([...new Set(words)]);
  });

  it("operations are in lower case, because spans are compared so", () => {
    const words = [...operations.keys()];
    expect(words).toEqual(words.map((word) => word.toLowerCase()));
  });

  it("the newest name of OpenTelemetry comes first", () => {
    expect(attributesOf("topic").slice(0, 3)).toEqual([
      "messaging.destination.name",
      "messaging.source.name",
      "messaging.destination",
    ]);
    expect(attributesOf("offset")[0]).toBe("messaging.kafka.offset");
  });

  it("Brave's on-message is a handling", () => {
    expect([...handlingNames]).toEqual(["on-message"]);
  });
});
