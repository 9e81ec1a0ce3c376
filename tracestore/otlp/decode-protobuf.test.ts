import fc from "fast-check";
import { PbfWriter } from "pbf";
import { describe, expect, it } from "vitest";
import { codeOf, everything, firstSpan } from "../testing/full-span.ts";
import { sampleAttributes, sampleResource, sampleSpan } from "../testing/sample.ts";
import { decodeProtobuf } from "./decode-protobuf.ts";
import { decodeResource, decodeScope, decodeSpan } from "./decode-span.ts";
import { encodeRequest } from "./encode.ts";
import type { IncomingGroup } from "./incoming.ts";
import type { AnyValue } from "./model.ts";

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

  it("rejects spans with invalid ids with the reason, and keeps the others", () => {
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

  it("detects a field that extends beyond its span", () => {
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
