import { describe, expect, it } from "vitest";
import { codeOf, everything, firstSpan } from "../testing/full-span.ts";
import { sampleResource } from "../testing/sample.ts";
import { decodeJson } from "./decode-json.ts";
import { decodeSpan } from "./decode-span.ts";
import type { Span } from "./model.ts";

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
