import { describe, expect, it } from "vitest";
import type { Span } from "../span.ts";
import { encodeOtlp, jaegerTrace, otlpSpan, zipkinSpan } from "./encode.fixture.ts";
import { cutAt, readAll } from "./read-spans.fixture.ts";

const traceId = "0af7651916cd43dd8448eb211c80319c";
const spanId = "b7ad6b7169203331";
const parentSpanId = "00f067aa0ba902b7";
const otherTrace = "1af7651916cd43dd8448eb211c80319c";

/** What every form below says, as far as it can. */
const consumer: Span = {
  traceId,
  spanId,
  parentSpanId,
  links: undefined,
  name: "process orders",
  kind: "consumer",
  service: "shop",
  startNs: 1_760_000_000_006_000_000n,
  endNs: 1_760_000_002_006_000_000n,
  attributes: { "messaging.destination.name": "orders", "messaging.kafka.offset": 7 },
  resource: { "service.instance.id": "shop-1" },
};
const linked: Span = {
  ...consumer,
  links: [{ traceId: otherTrace, spanId: "00f067aa0ba902b8" }],
  scope: "kafkajs",
};

const base64 = (hex: string) => Buffer.from(hex, "hex").toString("base64");
const bytes = (hex: string) => [...Buffer.from(hex, "hex")];

/** Reads a document whole and, with all limits small, in chunks. */
async function readBoth(document: unknown): Promise<Awaited<ReturnType<typeof readAll>>> {
  const text = typeof document === "string" ? document : JSON.stringify(document);
  const whole = await readAll([Buffer.from(text)]);
  const places = Array.from({ length: 50 }, (_, n) => n / 50);
  expect(await readAll(cutAt(Buffer.from(text), places), { maxWholeLineBytes: 10 })).toEqual(
    expect.objectContaining({ spans: whole.spans }),
  );
  return whole;
}

const { resourceSpans } = JSON.parse(encodeOtlp([linked]).text);
const tags = { "messaging.destination.name": "orders", "messaging.kafka.offset": 7 };

/** A span of JavaScript's SDK, as JSON.stringify writes it. */
const jsSpan = {
  name: "process orders",
  kind: 4,
  parentSpanContext: { traceId, spanId: parentSpanId, traceFlags: 1 },
  startTime: [1_760_000_000, 6_000_000],
  endTime: [1_760_000_002, 6_000_000],
  status: { code: 0 },
  attributes: tags,
  links: [{ context: linked.links?.[0], attributes: {} }],
  events: [],
  instrumentationScope: { name: "kafkajs" },
};

const jaegerStored = {
  traceID: traceId,
  spanID: spanId,
  operationName: "process orders",
  references: [
    { refType: "CHILD_OF", traceID: traceId, spanID: parentSpanId },
    { refType: "FOLLOWS_FROM", traceID: otherTrace, spanID: "00f067aa0ba902b8" },
  ],
  startTime: 1_760_000_000_006_000,
  startTimeMillis: 1_760_000_000_006,
  duration: 2_000_000,
  tags: [{ key: "messaging.destination.name", type: "string", value: "orders" }],
  tag: { "span@kind": "consumer", "messaging@kafka@offset": 7, "otel@scope@name": "kafkajs" },
  process: { serviceName: "shop", tags: [], tag: { "service@instance@id": "shop-1" } },
};

const goSpan = {
  Name: "process orders",
  SpanContext: { TraceID: traceId, SpanID: spanId, TraceFlags: "01", TraceState: "", Remote: false },
  Parent: { TraceID: traceId, SpanID: parentSpanId, Remote: true },
  SpanKind: 5,
  StartTime: "2025-10-09T10:53:20.006+02:00",
  EndTime: "2025-10-09T10:53:22.006+02:00",
  Attributes: [
    { Key: "messaging.destination.name", Value: { Type: "STRING", Value: "orders" } },
    { Key: "messaging.kafka.offset", Value: { Type: "INT64", Value: 7 } },
  ],
  Links: [{ SpanContext: { TraceID: otherTrace, SpanID: "00f067aa0ba902b8" }, Attributes: null }],
  Status: { Code: "Unset", Description: "" },
  Resource: [
    { Key: "service.name", Value: { Type: "STRING", Value: "shop" } },
    { Key: "service.instance.id", Value: { Type: "STRING", Value: "shop-1" } },
  ],
  InstrumentationScope: { Name: "kafkajs", Version: "" },
};

const pythonSpan = {
  name: "process orders",
  context: { trace_id: `0x${traceId}`, span_id: `0x${spanId}`, trace_state: "[]" },
  kind: "SpanKind.CONSUMER",
  parent_id: `0x${parentSpanId}`,
  start_time: "2025-10-09T08:53:20.006000Z",
  end_time: "2025-10-09T08:53:22.006000Z",
  status: { status_code: "UNSET" },
  attributes: tags,
  links: [{ context: { trace_id: `0x${otherTrace}`, span_id: "0x00f067aa0ba902b8" }, attributes: {} }],
  resource: { attributes: { "service.name": "shop", "service.instance.id": "shop-1" }, schema_url: "" },
};

const clickHouseRow = {
  Timestamp: "2025-10-09 08:53:20.006000000",
  TraceId: traceId,
  SpanId: spanId,
  ParentSpanId: parentSpanId,
  SpanName: "process orders",
  SpanKind: "Consumer",
  ServiceName: "shop",
  ResourceAttributes: { "service.name": "shop", "service.instance.id": "shop-1" },
  ScopeName: "kafkajs",
  SpanAttributes: tags,
  Duration: "2000000000",
  StatusCode: "Unset",
  "Links.TraceId": [otherTrace],
  "Links.SpanId": ["00f067aa0ba902b8"],
};

const dataPrepperDocument = {
  traceId,
  spanId,
  parentSpanId,
  name: "process orders",
  kind: "SPAN_KIND_CONSUMER",
  startTime: "2025-10-09T08:53:20.006000000Z",
  endTime: "2025-10-09T08:53:22.006000000Z",
  serviceName: "shop",
  links: [{ traceId: otherTrace, spanId: "00f067aa0ba902b8", attributes: {} }],
  "status.code": 0,
  "span.attributes.messaging@destination@name": "orders",
  "span.attributes.messaging@kafka@offset": 7,
  "resource.attributes.service@name": "shop",
  "resource.attributes.service@instance@id": "shop-1",
  "instrumentationScope.name": "kafkajs",
};

/** Jaeger's model.proto as JSON: protobuf's, which Kafka can hold, and that of Go's structs, as in Badger. */
const jaegerProto = {
  traceId: base64(traceId),
  spanId: base64(spanId),
  operationName: "process orders",
  references: [
    { traceId: base64(traceId), spanId: base64(parentSpanId) },
    { traceId: base64(otherTrace), spanId: base64("00f067aa0ba902b8"), refType: "FOLLOWS_FROM" },
  ],
  startTime: "2025-10-09T08:53:20.006Z",
  duration: "2s",
  tags: [
    { key: "span.kind", vStr: "consumer" },
    { key: "otel.scope.name", vStr: "kafkajs" },
    { key: "messaging.destination.name", vStr: "orders" },
    { key: "messaging.kafka.offset", vType: "INT64", vInt64: "7" },
  ],
  process: { serviceName: "shop", tags: [{ key: "service.instance.id", vStr: "shop-1" }] },
};
const jaegerGo = {
  trace_id: base64(traceId),
  span_id: base64(spanId),
  operation_name: "process orders",
  references: [
    { trace_id: base64(traceId), span_id: base64(parentSpanId) },
    { trace_id: base64(otherTrace), span_id: base64("00f067aa0ba902b8"), ref_type: 1 },
  ],
  start_time: "2025-10-09T08:53:20.006Z",
  duration: 2_000_000_000,
  tags: [
    { key: "span.kind", v_str: "consumer" },
    { key: "otel.scope.name", v_str: "kafkajs" },
    { key: "messaging.destination.name", v_str: "orders" },
    { key: "messaging.kafka.offset", v_type: 2, v_int64: 7 },
  ],
  process: { service_name: "shop", tags: [{ key: "service.instance.id", v_str: "shop-1" }] },
};
const zipkin = { ...zipkinSpan({ ...linked, links: undefined, attributes: tags }) };

describe("the same span is read from", () => {
  const bareSpan = { ...otlpSpan(linked), resource: resourceSpans[0].resource, scope: { name: "kafkajs" } };
  const jaeger = jaegerTrace([linked]);
  it.each<[string, unknown]>([
    ["Tempo's batches", { batches: resourceSpans }],
    ["an array of Tempo's batches", [{ batches: resourceSpans }]],
    ["Tempo's trace", { trace: { resourceSpans }, status: "COMPLETE" }],
    ["traces of Tempo", { traces: [{ trace: { batches: resourceSpans } }] }],
    ["an answer of Jaeger's API v3", { result: { resourceSpans } }],
    ["requests within other objects", [{ at: 1, request: { body: { resourceSpans } } }]],
    ["OTLP's scope spans without a resource", resourceSpans[0].scopeSpans],
    ["traces of Jaeger", { traces: [jaeger] }],
    ["one trace of Jaeger in an answer", { data: jaeger }],
    ["documents of OpenSearch's Data Prepper", { hits: { hits: [{ _source: dataPrepperDocument }] } }],
    ["spans of Jaeger that hold their process", { data: [{ traceID: traceId, spans: [jaegerStored] }] }],
    ["a span of Jaeger in Elasticsearch", jaegerStored],
    [
      "a search in Elasticsearch",
      { took: 1, hits: { total: { value: 1 }, hits: [{ _index: "j", _source: jaegerStored }] } },
    ],
    ["several searches in Elasticsearch", { responses: [{ hits: { hits: [{ _source: jaegerStored }] } }] }],
    ["a span of Jaeger in Kafka", jaegerProto],
    ["spans of Jaeger in Badger", [jaegerGo]],
    [
      "a span of JavaScript's SDK",
      {
        ...jsSpan,
        _spanContext: { traceId, spanId },
        resource: {
          _rawAttributes: [
            ["service.name", "shop"],
            ["service.instance.id", "shop-1"],
          ],
        },
      },
    ],
    [
      "JavaScript's console exporter",
      {
        ...{ ...jsSpan, startTime: undefined, endTime: undefined },
        traceId,
        id: spanId,
        timestamp: 1_760_000_000_006_000,
        duration: 2_000_000,
        resource: { attributes: { "service.name": "shop", "service.instance.id": "shop-1" } },
      },
    ],
    ["Go's console exporter", goSpan],
    ["Python's console exporter", { ...pythonSpan, instrumentation_scope: { name: "kafkajs" } }],
    ["ClickHouse", clickHouseRow],
    ["OTLP's inner spans", bareSpan],
    ["OTLP's inner spans under a key", { spans: [bareSpan] }],
    ["traces of Zipkin", { traces: [[zipkin]] }],
    ["a span of Zipkin in Elasticsearch", { _index: "zipkin", _source: zipkin }],
    ["a span of Zipkin with ids in base64", { ...zipkin, traceId: base64(traceId), id: base64(spanId) }],
  ])("%s", async (name, document) => {
    const found = await readBoth(document);
    expect(found.problems).toEqual([]);
    const hasResource = !name.includes("without a resource");
    expect(found.spans).toMatchObject([
      {
        ...linked,
        links: name.includes("Zipkin") ? undefined : linked.links,
        attributes: name.includes("Zipkin") ? { ...tags, "messaging.kafka.offset": "7" } : tags,
        service: hasResource ? "shop" : undefined,
        resource: hasResource ? linked.resource : undefined,
        unread: undefined,
      },
    ]);
  });
});

it("reads indented documents one after the other, as Python and Go print them", async () => {
  const text = [pythonSpan, pythonSpan].map((span) => `${JSON.stringify(span, null, 4)}\n`).join("");
  const found = await readBoth(text);
  expect(found.problems).toEqual([]);
  expect(found.spans).toHaveLength(2);
});

it("skips the actions between the documents of Elasticsearch's bulk format", async () => {
  const lines = [
    { index: { _index: "jaeger-span", _id: "1" } },
    jaegerStored,
    { create: { _index: "j" } },
    jaegerStored,
  ];
  const found = await readAll([Buffer.from(lines.map((line) => `${JSON.stringify(line)}\n`).join(""))]);
  expect(found.problems).toEqual([]);
  expect(found.spans).toHaveLength(2);
});

/** A document with one span of OTLP that differs in some fields. */
const otlpWith = (fields: object) => ({
  resourceSpans: [{ scopeSpans: [{ spans: [{ ...otlpSpan(consumer), ...fields }] }] }],
});

describe("ids are read", () => {
  it.each<[string, unknown, unknown]>([
    ["in upper case", traceId.toUpperCase(), spanId.toUpperCase()],
    ["with 0x", `0x${traceId}`, `0X${spanId}`],
    ["as a UUID", "0af76519-16cd-43dd-8448-eb211c80319c", spanId],
    ["as AWS X-Ray writes them", "1-0af76519-16cd43dd8448eb211c80319c", spanId],
    ["in base64", base64(traceId), base64(spanId)],
    ["in base64 without padding", base64(traceId).replaceAll("=", ""), base64(spanId).replaceAll("=", "")],
    [
      "in base64 of URLs",
      Buffer.from(traceId, "hex").toString("base64url"),
      Buffer.from(spanId, "hex").toString("base64url"),
    ],
    ["as bytes", bytes(traceId), bytes(spanId)],
    [
      "as signed bytes",
      [...new Int8Array(Buffer.from(traceId, "hex"))],
      [...new Int8Array(Buffer.from(spanId, "hex"))],
    ],
    ["as Buffers of Node", Buffer.from(traceId, "hex").toJSON(), Buffer.from(spanId, "hex").toJSON()],
    ["as typed arrays", Uint8Array.from(bytes(traceId)), Uint8Array.from(bytes(spanId))],
    [
      "as MongoDB's binary",
      { $binary: { base64: base64(traceId), subType: "00" } },
      { $binary: base64(spanId) },
    ],
    ["as two numbers", traceId, { low: 0x69203331, high: 0xb7ad6b71 | 0, unsigned: true }],
    ["in decimal", traceId, BigInt(`0x${spanId}`).toString()],
    ["in signed decimal", traceId, BigInt.asIntN(64, BigInt(`0x${spanId}`)).toString()],
  ])("%s", async (_, trace, span) => {
    const links = [{ traceId: trace, spanId: span }];
    const found = await readBoth(otlpWith({ traceId: trace, spanId: span, parentSpanId: span, links }));
    expect(found.problems).toEqual([]);
    expect(found.spans).toMatchObject([
      { traceId, spanId, parentSpanId: spanId, links: [{ traceId, spanId }] },
    ]);
  });
});

it.each(["", "0000000000000000", 0, null, "AAAAAAAAAAA=", [0, 0, 0, 0, 0, 0, 0, 0], { low: 0, high: 0 }])(
  "takes the parent's id %j for none",
  async (none) => {
    const found = await readAll([Buffer.from(JSON.stringify(otlpWith({ parentSpanId: none })))]);
    expect(found.problems).toEqual([]);
    expect(found.spans).toMatchObject([{ parentSpanId: undefined, unread: undefined }]);
  },
);

describe("times are read", () => {
  const ns = 1_760_000_000_006_000_000n;
  const long = { low: Number(BigInt.asIntN(32, ns)), high: Number(ns >> 32n) };
  it.each<[string, unknown, bigint?]>([
    ["as text", `${ns}`],
    ["as a number", Number(ns), BigInt(Number(ns))],
    ["as text of a number", `${Number(ns) / 1e18}e18`, BigInt(Number(ns))],
    ["as text of a bigint", `${ns}n`],
    ["as text with a fraction", `${ns}.0`],
    ["as two numbers", long],
    ["as two numbers that are not signed", { low: long.low >>> 0, high: long.high, unsigned: true }],
    ["as seconds and nanoseconds", { seconds: 1_760_000_000, nanos: 6_000_000 }],
    ["as seconds in text and nanoseconds", { seconds: "1760000000", nanos: 6_000_000 }],
    ["as an instant of Java", { epochSecond: 1_760_000_000, nano: 6_000_000 }],
    ["as Node's hrtime", [1_760_000_000, 6_000_000]],
    ["as milliseconds", Number(ns / 1_000_000n)],
    ["as microseconds in text", `${ns / 1_000n}`],
    ["as MongoDB's long", { $numberLong: `${ns}` }],
    ["as MongoDB's date", { $date: "2025-10-09T08:53:20.006Z" }],
    ["as a date", "2025-10-09T08:53:20.006Z"],
    ["as a date with nanoseconds", "2025-10-09T08:53:20.006000000Z"],
    ["as a date of another zone", "2025-10-09T10:53:20.006+02:00"],
    ["as a date with a blank", "2025-10-09 08:53:20.006"],
    ["as Go prints a date", "2025-10-09 08:53:20.006 +0000 UTC"],
  ])("%s", async (_, time, startNs = ns) => {
    const found = await readBoth(otlpWith({ startTimeUnixNano: time }));
    expect(found.problems).toEqual([]);
    expect(found.spans).toMatchObject([{ startNs }]);
  });

  it.each([
    [1_760_000_000, 1_760_000_000_000_000_000n],
    [1_760_000_000_006, ns],
    [1_760_000_000_006_000, ns],
    [1_760_000_000_006.5, ns + 500_000n],
    ["1760000000006", ns],
  ])("by the size of %j where the field says no unit", async (startTime, startNs) => {
    const span = {
      traceId,
      spanId,
      name: "a",
      startTime,
      endTime: 1_760_000_100_000,
      kind: 4,
      attributes: {},
    };
    expect((await readBoth(span)).spans).toMatchObject([{ startNs, kind: "consumer" }]);
  });

  it.each([
    ["5ms", 5_000_000n],
    ["0.005s", 5_000_000n],
    ["1m2.5s", 62_500_000_000n],
    ["PT0.005S", 5_000_000n],
    [{ seconds: 1, nanos: 5 }, 1_000_000_005n],
    [5.5, 5_500n],
    ["5", 5_000n],
  ])("also the duration %j", async (duration, length) => {
    const [span] = (await readBoth({ ...jaegerStored, duration })).spans;
    expect(span && span.endNs - span.startNs).toBe(length);
  });
});

describe("values are read", () => {
  it.each<[string, unknown, unknown]>([
    ["as a Go struct prints them", { Value: { IntValue: 7 } }, { Value: { StringValue: "orders" } }],
    ["in snake case", { int_value: "7" }, { string_value: "orders" }],
    [
      "as JavaScript writes a oneof",
      { $case: "intValue", intValue: 7 },
      { $case: "stringValue", stringValue: "orders" },
    ],
    [
      "as protobuf-es writes a oneof",
      { value: { case: "intValue", value: 7 } },
      { value: { case: "stringValue", value: "orders" } },
    ],
    ["as two numbers", { intValue: { low: 7, high: 0, unsigned: false } }, { stringValue: "orders" }],
    ["plain", 7, "orders"],
    ["with their type", { type: "int64", value: 7 }, { type: "string", value: "orders" }],
    ["as bytes", { intValue: 7 }, { bytesValue: Buffer.from("orders").toString("base64") }],
  ])("%s", async (_, offset, topic) => {
    const attributes = [
      { key: "messaging.kafka.offset", value: offset },
      { key: "messaging.destination.name", value: topic },
    ];
    const found = await readBoth(otlpWith({ attributes }));
    expect(found).toMatchObject({ spans: [{ attributes: tags, unread: undefined }], problems: [] });
    const map = Object.fromEntries(attributes.map(({ key, value }) => [key, value]));
    expect(await readBoth(otlpWith({ attributes: map }))).toEqual(found);
  });

  it("from maps within maps", async () => {
    const attributes = { messaging: { destination: { name: "orders" }, kafka: { offset: 7 } } };
    expect(await readBoth(otlpWith({ attributes }))).toMatchObject({
      spans: [{ attributes: tags }],
      problems: [],
    });
  });

  it("as 0 where protobuf's JSON of Go leaves the value out", async () => {
    const span = { ...jaegerGo, tags: [{ key: "messaging.kafka.offset", v_type: 2 }] };
    expect((await readBoth(span)).spans).toMatchObject([{ attributes: { "messaging.kafka.offset": 0 } }]);
  });

  it.each([{}, null, { stringValue: null }, undefined])("as missing from %j", async (value) => {
    const attributes = [{ key: "messaging.kafka.offset", value }];
    expect(await readBoth(otlpWith({ attributes }))).toMatchObject({
      spans: [{ attributes: {}, unread: undefined }],
      problems: [],
    });
  });
});

describe("names what has a form that is not read", () => {
  it.each<[string, object, string, readonly string[] | undefined]>([
    [
      "start time",
      { startTimeUnixNano: { at: "noon" } },
      'The start time of spans has a form that is not read: {"at":"noon"}. Expected nanoseconds since 1970, or a date',
      undefined,
    ],
    [
      "end time",
      { endTimeUnixNano: "later" },
      'The end time of spans has a form that is not read: "later". Expected',
      undefined,
    ],
    [
      "trace id",
      { traceId: { hi: 1 } },
      'The trace id of spans has a form that is not read: {"hi":1}. Expected',
      undefined,
    ],
    [
      "span id",
      { spanId: 2 ** 63 },
      "The id of spans has a form that is not read: 9223372036854776000. Expected",
      undefined,
    ],
    [
      "parent",
      { parentSpanId: "one" },
      'The id of spans\' parents has a form that is not read: "one"; the spans are used without it.',
      ["parentSpanId"],
    ],
    [
      "link",
      { links: ["one"] },
      'Links of spans have a form that is not read, and are left out: "one". Expected',
      ["links"],
    ],
    [
      "links",
      { links: { a: 1 } },
      'Links of spans have a form that is not read, and are left out: {"a":1}. Expected',
      ["links"],
    ],
    [
      "value",
      { attributes: [{ key: "messaging.kafka.offset", value: { arrayValue: { values: [] } } }] },
      'The value of messaging.kafka.offset has a form that is not read: {"arrayValue":{"values":[]}}. Expected',
      ["messaging.kafka.offset"],
    ],
    [
      "number",
      { attributes: [{ key: "messaging.kafka.offset", value: { intValue: "x" } }] },
      'The value of messaging.kafka.offset has a form that is not read: {"intValue":"x"}. Expected',
      ["messaging.kafka.offset"],
    ],
  ])("%s", async (_, fields, what, unread) => {
    const found = await readBoth(otlpWith(fields));
    expect(found.problems).toMatchObject([{ what: expect.stringContaining(what), count: 1 }]);
    expect(found.spans.map((span) => span.unread)).toEqual(unread ? [unread] : []);
  });

  it("resource attribute, whose name every span of the resource has", async () => {
    const [own] = resourceSpans;
    const attributes = [{ key: "service.instance.id", value: { arrayValue: {} } }];
    const found = await readBoth({ resourceSpans: [{ ...own, resource: { attributes } }] });
    expect(found.spans).toMatchObject([{ unread: ["service.instance.id"] }]);
    expect(found.problems).toMatchObject([
      { what: expect.stringContaining("The value of service.instance.id has") },
    ]);
  });
});

it("counts spans with different values of one unread form as one problem, and shows the first", async () => {
  const lines = ["soon", "later"].map((time) => JSON.stringify(otlpWith({ startTimeUnixNano: time })));
  const { problems } = await readAll([Buffer.from(lines.join("\n"))]);
  expect(problems).toMatchObject([{ what: expect.stringContaining('not read: "soon".'), count: 2 }]);
});

it.each<[unknown, string]>([
  [
    {
      traces: [
        { traceID: "1", rootServiceName: "a", rootTraceName: "b", startTimeUnixNano: "1", durationMs: 5 },
      ],
    },
    "it is an answer of Tempo's search, which lists traces without their spans; request /api/v2/traces/<trace id>",
  ],
  [[[{ trace_id: 1, span_id: 2, parent_id: 0, meta: {}, start: 1, duration: 1 }]], "it is Datadog's"],
  [{ data: null, error: { message: "trace not found." } }, "it is an error: trace not found."],
  [{ code: 5, message: "no such trace", details: [] }, "it is an error: no such trace."],
  [
    { level: "info", msg: "handled", trace_id: traceId, span_id: spanId },
    "its top level has the keys level, msg, trace_id",
  ],
])("says what %j is instead of spans", async (document, what) => {
  await expect(readAll([Buffer.from(JSON.stringify(document))])).rejects.toThrow(what);
});
