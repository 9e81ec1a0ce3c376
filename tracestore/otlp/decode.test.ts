import fc from "fast-check";
import { PbfWriter } from "pbf";
import { describe, expect, it } from "vitest";
import { HoldupError } from "../../core/errors.ts";
import { sampleAttributes, sampleResource, sampleSpan } from "../testing/sample.ts";
import { decodeJson } from "./decode-json.ts";
import { decodeProtobuf } from "./decode-protobuf.ts";
import { decodeResource, decodeScope, decodeSpan } from "./decode-span.ts";
import { encodeRequest } from "./encode.ts";
import type { IncomingGroup } from "./incoming.ts";
import type { AnyValue, Span } from "./model.ts";

const everything = sampleSpan({
  traceState: "vendor=1",
  parentSpanId: "00f067aa0ba902b7",
  flags: 0x101,
  kind: 5,
  attributes: [
    ...sampleAttributes({ text: "größer <b>", whole: -7, real: 0.5, yes: true }),
    { key: "largest", value: { intValue: "9223372036854775807" } },
    { key: "least", value: { intValue: "-9223372036854775808" } },
    { key: "bytes", value: { bytesValue: "AAH/" } },
    { key: "list", value: { arrayValue: { values: [{ intValue: "1" }, { stringValue: "" }] } } },
    { key: "map", value: { kvlistValue: { values: sampleAttributes({ inner: "x" }) } } },
    { key: "nothing", value: {} },
    { key: "nan", value: { doubleValue: "NaN" } },
  ],
  droppedAttributesCount: 3,
  events: [
    {
      timeUnixNano: "1700000000000500001",
      name: "retry",
      attributes: sampleAttributes({ attempt: 2 }),
      droppedAttributesCount: 1,
    },
  ],
  droppedEventsCount: 4,
  links: [
    {
      traceId: "4bf92f3577b34da6a3ce929d0e0e4736",
      spanId: "00f067aa0ba902b7",
      traceState: "a=b",
      attributes: sampleAttributes({ behind: true }),
      droppedAttributesCount: 5,
      flags: 1,
    },
  ],
  droppedLinksCount: 6,
  status: { message: "broken", code: 2 },
});

function firstSpan(request: ReturnType<typeof decodeProtobuf>) {
  const span = request.groups[0]?.spans[0];
  if (span === undefined) throw new Error("no span was decoded");
  return span;
}

function codeOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    return error instanceof HoldupError ? error.code : String(error);
  }
  return "nothing was thrown";
}

describe("protobuf", () => {
  it("keeps every field of a span, a resource and a scope", () => {
    const request = decodeProtobuf(encodeRequest([sampleResource("orders", [everything])]));
    expect(request).toMatchObject({ spanCount: 1, rejectedSpans: 0, errorMessage: "" });
    const [group] = request.groups;
    expect(group?.service).toBe("orders");
    expect(decodeScope(group?.scope ?? new Uint8Array())).toMatchObject({ name: "sample", version: "1.0.0" });
    expect(decodeResource(group?.resource ?? new Uint8Array()).attributes).toEqual(
      sampleAttributes({ "service.name": "orders" }),
    );
    expect(decodeSpan(firstSpan(request).body)).toEqual(everything);
  });

  it("reads start and duration exactly, to the nanosecond", () => {
    const span = sampleSpan({
      startTimeUnixNano: "1700000000123456789",
      endTimeUnixNano: "1700000000223456790",
    });
    const { startUs, durationNs } = firstSpan(decodeProtobuf(encodeRequest([sampleResource("a", [span])])));
    expect({ startUs, durationNs }).toEqual({ startUs: 1_700_000_000_123_456, durationNs: 100_000_001 });
  });

  it("reads integers of every length exactly", () => {
    const integers = Array.from({ length: 63 }, (_, i) => [
      2n ** BigInt(i),
      -(2n ** BigInt(i)),
      2n ** BigInt(i) - 1n,
    ]);
    const attributes = integers.flat().map((each) => ({ key: "i", value: { intValue: String(each) } }));
    const request = decodeProtobuf(encodeRequest([sampleResource("a", [sampleSpan({ attributes })])]));
    expect(decodeSpan(firstSpan(request).body).attributes).toEqual(attributes);
  });

  it("gives a span that ends before it starts a duration of 0", () => {
    const span = sampleSpan({ endTimeUnixNano: "1600000000000000000" });
    expect(firstSpan(decodeProtobuf(encodeRequest([sampleResource("a", [span])]))).durationNs).toBe(0);
  });

  it("rejects spans with invalid ids, keeps the others, and says why", () => {
    const spans = [
      sampleSpan({ traceId: "0".repeat(32) }),
      sampleSpan({ traceId: "abcd" }),
      sampleSpan({ spanId: "" }),
      sampleSpan({ parentSpanId: "abcd" }),
      sampleSpan({}),
    ];
    const request = decodeProtobuf(encodeRequest([sampleResource("a", spans)]));
    expect(request).toMatchObject({ spanCount: 1, rejectedSpans: 4 });
    expect(request.errorMessage).toMatch(/^4 spans rejected: traceId is all zeros; traceId must be 16 bytes/);
  });

  it("treats a parent id of zeros as no parent", () => {
    const span = sampleSpan({ parentSpanId: "0".repeat(16) });
    const decoded = firstSpan(decodeProtobuf(encodeRequest([sampleResource("a", [span])])));
    expect(decoded.parentId).toBeNull();
    expect(decodeSpan(decoded.body).parentSpanId).toBe("");
  });

  it("finds the resource when it comes after the spans", () => {
    const [group] = decodeProtobuf(encodeRequest([sampleResource("late", [sampleSpan({})])])).groups;
    const message = (...fields: [number, Uint8Array | undefined][]) => {
      const pbf = new PbfWriter();
      for (const [field, bytes] of fields) pbf.writeBytesField(field, bytes ?? new Uint8Array());
      return pbf.finish();
    };
    const scopeSpans = message([2, group?.spans[0]?.body]);
    const request = message([1, message([2, scopeSpans], [1, group?.resource])]);
    expect(decodeProtobuf(request).groups[0]?.service).toBe("late");
  });

  it("names services that have no usable name as Jaeger does", () => {
    const service = (value: AnyValue | undefined) => {
      const attributes = value === undefined ? [] : [{ key: "service.name", value }];
      const each = {
        ...sampleResource("", [sampleSpan({})]),
        resource: { attributes, droppedAttributesCount: 0 },
      };
      return decodeProtobuf(encodeRequest([each])).groups[0]?.service;
    };
    expect(service(undefined)).toBe("missing-service-name");
    expect(service({ stringValue: "" })).toBe("empty-service-name");
    expect(service({ intValue: "1" })).toBe("service-name-wrong-type");
  });

  it("never accepts a truncated request, and throws only its own error", () => {
    const bytes = encodeRequest([sampleResource("a", [everything, sampleSpan({})])]);
    for (let length = 1; length < bytes.length; length++) {
      expect(codeOf(() => decodeProtobuf(bytes.subarray(0, length)))).toBe("HOLDUP_OTLP_MALFORMED");
    }
  });

  it("notices a field that extends beyond its span", () => {
    const [group] = decodeProtobuf(encodeRequest([sampleResource("a", [sampleSpan({})])])).groups;
    const body = group?.spans[0]?.body ?? new Uint8Array();
    // The four bytes of flags (field 16, fixed32), cut to two.
    const short = Buffer.concat([body, Buffer.of(0x85, 0x01, 1, 0)]);
    const [scopeSpans, resourceSpans, request] = [new PbfWriter(), new PbfWriter(), new PbfWriter()];
    scopeSpans.writeBytesField(2, short);
    // An empty schemaUrl: two bytes that would pass for the rest of the flags.
    scopeSpans.writeStringField(3, "");
    resourceSpans.writeBytesField(2, scopeSpans.finish());
    request.writeBytesField(1, resourceSpans.finish());
    expect(codeOf(() => decodeProtobuf(request.finish()))).toBe("HOLDUP_OTLP_MALFORMED");
  });

  it("can fully decode everything that it accepts", () => {
    const bytes = encodeRequest([sampleResource("a", [everything])]);
    const damage = fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(damage, (changes) => {
        const damaged = Uint8Array.from(bytes);
        for (const [at, byte] of changes) damaged[at] = byte;
        let groups: readonly IncomingGroup[] = [];
        try {
          groups = decodeProtobuf(damaged).groups;
        } catch (error) {
          expect(error).toMatchObject({ code: "HOLDUP_OTLP_MALFORMED" });
        }
        for (const group of groups) {
          decodeResource(group.resource);
          decodeScope(group.scope);
          for (const span of group.spans) decodeSpan(span.body);
        }
      }),
      { numRuns: 5_000, seed: 1 },
    );
  });

  it("refuses values that are nested too deeply", () => {
    let value: AnyValue = { stringValue: "x" };
    for (let depth = 0; depth < 40; depth++) value = { arrayValue: { values: [value] } };
    const span = sampleSpan({ attributes: [{ key: "deep", value }] });
    expect(codeOf(() => decodeProtobuf(encodeRequest([sampleResource("a", [span])])))).toBe(
      "HOLDUP_OTLP_MALFORMED",
    );
  });
});

describe("JSON", () => {
  const encode = (value: unknown) => Buffer.from(JSON.stringify(value));
  const requestOf = (span: unknown) => ({ resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] });
  const decodeOne = (span: unknown): Span => decodeSpan(firstSpan(decodeJson(encode(requestOf(span)))).body);

  it("reads the same as protobuf", () => {
    const request = decodeJson(encode({ resourceSpans: [sampleResource("orders", [everything])] }));
    expect(request.groups[0]?.service).toBe("orders");
    expect(decodeSpan(firstSpan(request).body)).toEqual(everything);
  });

  it("reads 64-bit integers exactly, as strings and as numbers", () => {
    const json = JSON.stringify(requestOf({ ...everything, startTimeUnixNano: "START" }))
      .replace('"START"', "1700000000123456789")
      .replace('"9223372036854775807"', "9223372036854775807");
    const span = decodeSpan(firstSpan(decodeJson(Buffer.from(json))).body);
    expect(span.startTimeUnixNano).toBe("1700000000123456789");
    expect(span.attributes.find(({ key }) => key === "largest")?.value).toEqual({
      intValue: "9223372036854775807",
    });
  });

  it("accepts ids of either case, enum names, nulls, and unknown fields", () => {
    const span = decodeOne({
      traceId: "5B8EFFF798038103D269B633813FC60C",
      spanId: "EEE19B7EC3C1B174",
      parentSpanId: null,
      kind: "SPAN_KIND_CONSUMER",
      status: { code: "STATUS_CODE_ERROR" },
      attributes: null,
      isRemote: true,
    });
    expect(span).toMatchObject({
      traceId: "5b8efff798038103d269b633813fc60c",
      spanId: "eee19b7ec3c1b174",
      kind: 5,
      status: { code: 2 },
    });
  });

  it("rejects spans whose ids are not hex", () => {
    const request = decodeJson(encode(requestOf({ ...everything, traceId: "x".repeat(32) })));
    expect(request).toMatchObject({ spanCount: 0, rejectedSpans: 1 });
  });

  it.each([
    ["no JSON", Buffer.from("{")],
    ["no object", encode([])],
    ["spans that are no list", encode({ resourceSpans: [{ scopeSpans: [{ spans: {} }] }] })],
    ["a time that is no integer", encode(requestOf({ ...everything, startTimeUnixNano: "soon" }))],
    ["a negative time", encode(requestOf({ ...everything, endTimeUnixNano: "-1" }))],
    ["a kind that does not exist", encode(requestOf({ ...everything, kind: "SPAN_KIND_OTHER" }))],
    [
      "bytes that are not base64",
      encode(requestOf({ ...everything, attributes: [{ key: "b", value: { bytesValue: "*" } }] })),
    ],
    [
      "an integer beyond 64 bits",
      encode(
        requestOf({ ...everything, attributes: [{ key: "i", value: { intValue: "9223372036854775808" } }] }),
      ),
    ],
  ])("refuses %s", (_, body) => {
    expect(codeOf(() => decodeJson(body))).toBe("HOLDUP_OTLP_MALFORMED");
  });
});
