import { describe, expect, it } from "vitest";
import { handled, offset, polled, sent, span } from "../deliveries/spans.fixture.ts";
import { explain } from "../explain.ts";
import type { Attributes, Span } from "../span.ts";

const of = (service: string, spans: readonly Span[]) =>
  explain(spans).services.find((one) => one.service === service);

const python: Attributes = {
  "telemetry.sdk.language": "python",
  "telemetry.sdk.name": "opentelemetry",
  "telemetry.distro.name": "some-distro",
};

describe("the services of an explanation", () => {
  it("are those that send, fetch or handle messages, by name, with their topics and libraries", () => {
    const spans = [
      sent({ id: "s", at: 0, for: 1, scope: "producing" }),
      handled({ id: "p", parentSpanId: "s", at: 2, for: 5, scope: "consuming", facts: offset(1) }),
      sent({ id: "s2", parentSpanId: "p", at: 3, for: 1, service: "consumer", topic: "billed" }),
      span({ id: "http", at: 0, for: 9, service: "gateway", kind: "server" }),
    ];
    expect(explain(spans).services).toEqual([
      {
        service: "consumer",
        libraries: [
          { sent: 1, received: 0, handled: 0 },
          { scope: "consuming", sent: 0, received: 0, handled: 1 },
        ],
        topics: [
          { topic: "billed", sent: 1, received: 0, handled: 0 },
          { topic: "orders", sent: 0, received: 0, handled: 1 },
        ],
        lacks: [],
      },
      {
        service: "producer",
        libraries: [{ scope: "producing", sent: 1, received: 0, handled: 0 }],
        topics: [{ topic: "orders", sent: 1, received: 0, handled: 0 }],
        lacks: [],
      },
    ]);
  });

  it("say their language, SDK and distribution, from whichever span has them", () => {
    const spans = [sent({ id: "a", at: 0, for: 1 }), sent({ id: "b", at: 1, for: 1, resource: python })];
    for (const ordered of [spans, spans.toReversed()]) {
      expect(of("producer", ordered)).toMatchObject({
        language: "python",
        sdk: "opentelemetry",
        distro: "some-distro",
      });
    }
  });

  it("say what the spans of each library lack, and in how many messages", () => {
    const spans = [
      handled({ id: "a", traceId: "t1", at: 0, for: 1, scope: "lib", facts: offset(1) }),
      handled({ id: "b", traceId: "t2", at: 2, for: 1, scope: "lib" }),
      handled({ id: "c", traceId: "t3", at: 4, for: 1, topic: "other", resource: {} }),
    ];
    expect(of("consumer", spans)?.lacks).toEqual([
      { what: "time of arrival", topics: ["other"], spans: 1, of: 1 },
      { what: "time of arrival", scope: "lib", topics: ["orders"], spans: 2, of: 2 },
      { what: "consumer instance", topics: ["other"], spans: 1, of: 1 },
      { what: "offset", topics: ["other"], spans: 1, of: 1 },
      { what: "offset", scope: "lib", topics: ["orders"], spans: 1, of: 2 },
    ]);
  });

  it("lack the handling of topics that they only fetch", () => {
    const spans = [
      polled({ id: "a", at: 0, for: 1, scope: "lib", topic: "fetched" }),
      polled({ id: "b", at: 2, for: 1, scope: "lib" }),
      handled({ id: "c", parentSpanId: "b", at: 2, for: 1 }),
    ];
    expect(of("consumer", spans)?.lacks.find(({ what }) => what === "handling")).toEqual({
      what: "handling",
      scope: "lib",
      topics: ["fetched"],
      spans: 1,
      of: 2,
    });
  });

  it("lack the topic where no span of a library names one, but not where an empty poll names none", () => {
    const bare = (id: string, scope: string) =>
      span({ id, at: 0, for: 1, kind: "consumer", service: "consumer", scope });
    const spans = [
      bare("a", "mute"),
      bare("b", "mute"),
      bare("c", "lib"),
      handled({ id: "d", at: 1, for: 1, scope: "lib" }),
    ];
    expect(of("consumer", spans)?.lacks.filter(({ what }) => what === "topic")).toEqual([
      { what: "topic", scope: "mute", topics: [], spans: 2, of: 2 },
    ]);
  });

  it("lack an operation that is known, of which the first by name is an example", () => {
    const odd = (id: string, operation: string) =>
      handled({ id, at: 0, for: 1, facts: { "messaging.operation.type": operation } });
    const spans = [odd("a", "zap"), odd("b", "munch"), handled({ id: "c", at: 1, for: 1 })];
    expect(of("consumer", spans)?.lacks.find(({ what }) => what === "operation")).toEqual({
      what: "operation",
      topics: [],
      spans: 2,
      of: 3,
      example: "munch",
    });
  });
});
