import { describe, expect, it } from "vitest";
import type { Span } from "../otlp/model.ts";
import type { Origin } from "../storage/read.ts";
import { sampleAttributes, sampleSpan } from "../testing/sample.ts";
import { toJaegerTrace } from "./translate.ts";

const origin: Origin = {
  id: 1,
  service: "orders",
  resource: {
    attributes: sampleAttributes({ "service.name": "orders", "host.name": "h1" }),
    droppedAttributesCount: 0,
  },
  scope: { name: "kafka", version: "2.0", attributes: [], droppedAttributesCount: 0 },
};

function translate(span: Partial<Span>, raw = false) {
  const traceId = Buffer.from("0af7651916cd43dd8448eb211c80319c", "hex");
  return toJaegerTrace({ traceId, spans: [{ span: sampleSpan(span), origin }] }, raw).spans[0];
}

const link = (traceId: string, spanId: string, refType?: string) => ({
  traceId,
  spanId,
  traceState: "",
  attributes: refType === undefined ? [] : sampleAttributes({ "opentracing.ref_type": refType }),
  droppedAttributesCount: 0,
  flags: 0,
});

describe("toJaegerTrace", () => {
  it("has exactly the fields of Jaeger's JSON", () => {
    const traceId = Buffer.from("0af7651916cd43dd8448eb211c80319c", "hex");
    const span = sampleSpan({ name: "process", flags: 0x101, kind: 5 });
    expect(toJaegerTrace({ traceId, spans: [{ span, origin }] })).toEqual({
      traceID: "0af7651916cd43dd8448eb211c80319c",
      spans: [
        {
          traceID: "0af7651916cd43dd8448eb211c80319c",
          spanID: "b7ad6b7169203331",
          flags: 1,
          operationName: "process",
          references: [],
          startTime: 1_700_000_000_000_000,
          duration: 1_000,
          tags: [
            { key: "otel.scope.name", type: "string", value: "kafka" },
            { key: "otel.scope.version", type: "string", value: "2.0" },
            { key: "span.kind", type: "string", value: "consumer" },
          ],
          logs: [],
          processID: "p1",
          warnings: null,
        },
      ],
      processes: {
        p1: { serviceName: "orders", tags: [{ key: "host.name", type: "string", value: "h1" }] },
      },
      warnings: null,
    });
  });

  it("gives each kind of value its type, and integers beyond 2^53 as text", () => {
    const tags = translate({
      attributes: [
        ...sampleAttributes({ s: "x", b: false, i: 5, f: 0.5 }),
        { key: "big", value: { intValue: "9007199254740993" } },
        { key: "bytes", value: { bytesValue: "AAH/" } },
        {
          key: "list",
          value: { arrayValue: { values: [{ intValue: "9007199254740993" }, { stringValue: '"' }] } },
        },
        { key: "map", value: { kvlistValue: { values: sampleAttributes({ b: 1, a: true }) } } },
        { key: "none", value: {} },
      ],
    })?.tags.slice(2, -1);
    expect(tags).toEqual([
      { key: "s", type: "string", value: "x" },
      { key: "b", type: "bool", value: false },
      { key: "i", type: "int64", value: 5 },
      { key: "f", type: "float64", value: 0.5 },
      { key: "big", type: "int64", value: "9007199254740993" },
      { key: "bytes", type: "binary", value: "AAH/" },
      { key: "list", type: "string", value: '[9007199254740993,"\\""]' },
      { key: "map", type: "string", value: '{"a":true,"b":1}' },
      { key: "none", type: "string", value: "" },
    ]);
  });

  it("has separate tags for error, status and tracestate", () => {
    const tags = translate({ kind: 0, status: { code: 2, message: "no stock" }, traceState: "v=1" })?.tags;
    expect(tags?.slice(2)).toEqual([
      { key: "otel.status_code", type: "string", value: "ERROR" },
      { key: "error", type: "bool", value: true },
      { key: "otel.status_description", type: "string", value: "no stock" },
      { key: "w3c.tracestate", type: "string", value: "v=1" },
    ]);
  });

  it("puts the parent first and links after it as FOLLOWS_FROM", () => {
    const other = "4bf92f3577b34da6a3ce929d0e0e4736";
    const span = translate({
      parentSpanId: "00f067aa0ba902b7",
      links: [link(other, "1".repeat(16)), link(other, "2".repeat(16), "child_of")],
    });
    expect(span?.references).toEqual([
      { refType: "CHILD_OF", traceID: "0af7651916cd43dd8448eb211c80319c", spanID: "00f067aa0ba902b7" },
      { refType: "FOLLOWS_FROM", traceID: other, spanID: "1".repeat(16) },
      { refType: "CHILD_OF", traceID: other, spanID: "2".repeat(16) },
    ]);
  });

  it("removes invalid links with a warning, unless asked for the raw trace", () => {
    const links = [link("0".repeat(32), "1".repeat(16))];
    expect(translate({ links })).toMatchObject({ references: [], warnings: ["Invalid span link removed"] });
    expect(translate({ links }, true)).toMatchObject({ references: [{}], warnings: null });
  });

  it("turns an event's name into its event field, unless it has one", () => {
    const event = (name: string, values: Record<string, string>) => ({
      timeUnixNano: "1700000000000500999",
      name,
      attributes: sampleAttributes(values),
      droppedAttributesCount: 0,
    });
    const span = translate({ events: [event("retry", { n: "1" }), event("retry", { event: "own" })] });
    expect(span?.logs).toEqual([
      {
        timestamp: 1_700_000_000_000_500,
        fields: [
          { key: "event", type: "string", value: "retry" },
          { key: "n", type: "string", value: "1" },
        ],
      },
      { timestamp: 1_700_000_000_000_500, fields: [{ key: "event", type: "string", value: "own" }] },
    ]);
  });

  it("merges equal resources into one process", () => {
    const spans = [origin, { ...origin, id: 2 }, { ...origin, id: 3, service: "other" }].map((each) => ({
      span: sampleSpan({}),
      origin: each,
    }));
    const trace = toJaegerTrace({ traceId: new Uint8Array(16), spans });
    expect(trace.spans.map((span) => span.processID)).toEqual(["p1", "p1", "p2"]);
  });
});
