import { expect, it } from "vitest";
import { decodeItem } from "./format.ts";
import { createInterner } from "./interner.ts";
import { otlp } from "./otlp.ts";

const traceId = "0af7651916cd43dd8448eb211c80319c";
const spanId = "b7ad6b7169203331";
const times = { startTimeUnixNano: "1700000000000000000", endTimeUnixNano: "1700000000000000001" };
const good = { traceId, spanId, name: "a", ...times };

function decode(span: unknown, resource: unknown = {}) {
  const notes: string[] = [];
  const spans = decodeItem(otlp, { resource, scopeSpans: [{ spans: [span] }] }, createInterner(), (what) =>
    notes.push(what),
  );
  return { spans, notes };
}

it("reads ids in hex of either case and in base64", () => {
  const ids = [
    [traceId, spanId],
    [traceId.toUpperCase(), spanId.toUpperCase()],
    [Buffer.from(traceId, "hex").toString("base64"), Buffer.from(spanId, "hex").toString("base64")],
  ];
  for (const [trace, span] of ids) {
    const link = { traceId: trace, spanId: span };
    const found = decode({ ...good, traceId: trace, spanId: span, parentSpanId: span, links: [link] });
    expect(found.notes).toEqual([]);
    expect(found.spans).toMatchObject([
      { traceId, spanId, parentSpanId: spanId, links: [{ traceId, spanId }] },
    ]);
  }
});

it("reads times as text and as numbers; text is exact to the nanosecond", () => {
  expect(decode(good).spans).toMatchObject([
    { startNs: 1_700_000_000_000_000_000n, endNs: 1_700_000_000_000_000_001n },
  ]);
  const numbers = {
    ...good,
    startTimeUnixNano: 1_700_000_000_000_000_000,
    endTimeUnixNano: 1_700_000_001_000_000_000,
  };
  expect(decode(numbers).spans).toMatchObject([
    { startNs: 1_700_000_000_000_000_000n, endNs: 1_700_000_001_000_000_000n },
  ]);
});

it("reads keys in snake case", () => {
  const attributes = [
    { key: "messaging.kafka.offset", value: { int_value: "7" } },
    { key: "messaging.destination.name", value: { string_value: "orders" } },
    { key: "holdup.delivery.skipped", value: { bool_value: true } },
    { key: "kafka.record.queue_time_ms", value: { double_value: 1.5 } },
  ];
  const found = decode({
    trace_id: traceId,
    span_id: spanId,
    parent_span_id: "00f067aa0ba902b7",
    name: "a",
    start_time_unix_nano: "1",
    end_time_unix_nano: "2",
    attributes,
  });
  expect(found).toMatchObject({
    notes: [],
    spans: [
      {
        parentSpanId: "00f067aa0ba902b7",
        startNs: 1n,
        endNs: 2n,
        attributes: {
          "messaging.kafka.offset": 7,
          "messaging.destination.name": "orders",
          "holdup.delivery.skipped": true,
          "kafka.record.queue_time_ms": 1.5,
        },
      },
    ],
  });
});

it("reads kinds and statuses as numbers and as names", () => {
  const kinds = [0, 1, 2, 3, 4, 5, "SPAN_KIND_CONSUMER", "producer", "nonsense", undefined];
  expect(kinds.map((kind) => decode({ ...good, kind }).spans[0]?.kind)).toEqual([
    ...[undefined, "internal", "server", "client", "producer", "consumer"],
    ...["consumer", "producer", undefined, undefined],
  ]);
  const statuses = [
    undefined,
    {},
    { code: 1 },
    { code: 2 },
    { code: "STATUS_CODE_ERROR" },
    { code: "STATUS_CODE_OK" },
  ];
  expect(statuses.map((status) => decode({ ...good, status }).spans[0]?.failed)).toEqual([
    ...[undefined, undefined, undefined, true, true, undefined],
  ]);
});

it("reads the service name from the resource and drops attributes that explain does not read", () => {
  const attributes = [
    { key: "service.name", value: { stringValue: "shop" } },
    { key: "host.name", value: { stringValue: "h" } },
    { key: "os.type", value: { stringValue: "linux" } },
  ];
  const [span] = decode(
    { ...good, attributes: [{ key: "http.route", value: { stringValue: "/" } }] },
    { attributes },
  ).spans;
  expect(span).toMatchObject({ service: "shop", attributes: {}, resource: { "host.name": "h" } });
});

it("keeps integers exact that a JavaScript number cannot hold", () => {
  const attributes = [{ key: "messaging.kafka.offset", value: { intValue: "9007199254740993" } }];
  expect(decode({ ...good, attributes }).spans[0]?.attributes).toEqual({
    "messaging.kafka.offset": "9007199254740993",
  });
});

it.each([
  [7, "The span is not a JSON object."],
  [{ ...good, traceId: "" }, "The span has no trace id."],
  [{ ...good, traceId: "0".repeat(32) }, "The span has no trace id."],
  [
    { ...good, traceId: "xyz" },
    "The trace id of spans has a form that is not read: {}. Expected up to 32 hex digits, base64 or 16 bytes.",
  ],
  [{ ...good, spanId: undefined }, "The span has no span id."],
  [
    { ...good, spanId: 0.5 },
    "The id of spans has a form that is not read: {}. Expected up to 16 hex digits, base64 or 8 bytes.",
  ],
  [{ ...good, startTimeUnixNano: undefined }, "The span has no start time."],
  [
    { ...good, startTimeUnixNano: "soon" },
    "The start time of spans has a form that is not read: {}. Expected nanoseconds since 1970, or a date such as 2026-01-31T12:00:00.5Z.",
  ],
  [{ ...good, endTimeUnixNano: "0" }, "The span has no end time."],
  [{ ...good, endTimeUnixNano: "1699999999999999999" }, "The span ends before it starts."],
])("skips %j and says why", (span, note) => {
  expect(decode(span)).toEqual({ spans: [], notes: [note] });
});

it("uses a span without its invalid parent and links", () => {
  const found = decode({ ...good, parentSpanId: "?", links: [{ traceId }] });
  expect(found.spans).toMatchObject([{ spanId }]);
  expect(found.spans[0]).toMatchObject({ parentSpanId: undefined, unread: ["parentSpanId"] });
  expect(found.notes).toEqual([
    "The id of spans' parents has a form that is not read: {}; the spans are used without it. Expected up to 16 hex digits, base64 or 8 bytes.",
    "A link of the span has no id; it is left out.",
  ]);
});
