import { describe, expect, it } from "vitest";
import { span, spanId, storeWith, traceId } from "../testing/numbered-spans.ts";
import { sampleAttributes } from "../testing/sample.ts";

describe("tags", () => {
  const tagged = span(1, {
    kind: 5,
    attributes: [
      ...sampleAttributes({ "order.id": "o-17:x", count: 42, ratio: 0.5, ok: true, word: "abcd" }),
      { key: "bytes", value: { bytesValue: "AAH/" } },
      { key: "list", value: { arrayValue: { values: [{ stringValue: "x" }] } } },
    ],
    events: [
      {
        timeUnixNano: "1",
        name: "retry",
        attributes: sampleAttributes({ attempt: 2 }),
        droppedAttributesCount: 0,
      },
    ],
    links: [
      {
        traceId: traceId(9),
        spanId: spanId(9),
        traceState: "",
        attributes: sampleAttributes({ cause: "same-partition" }),
        droppedAttributesCount: 0,
        flags: 0,
      },
    ],
    traceState: "v=1",
    status: { code: 2, message: "no stock" },
  });
  const plain = span(2, { status: { code: 1, message: "" }, attributes: sampleAttributes({ error: "odd" }) });
  const tags = (values: Record<string, string>) => `tags=${encodeURIComponent(JSON.stringify(values))}`;

  it.each([
    ["order.id", "o-17:x"],
    ["count", "42"],
    ["ratio", "0.5"],
    ["ok", "true"],
    ["word", "abcd"],
    ["bytes", "AAH/"],
    ["list", '["x"]'],
    ["attempt", "2"],
    ["event", "retry"],
    ["cause", "same-partition"],
    ["error", "true"],
    ["span.kind", "consumer"],
    ["span.status", "ERROR"],
    ["otel.status_code", "ERROR"],
    ["otel.status_description", "no stock"],
    ["w3c.tracestate", "v=1"],
  ])("finds the span by %s=%s and by nothing else", async (key, value) => {
    const { find } = await storeWith(tagged, plain);
    expect(await find(tags({ [key]: value }))).toEqual([1]);
    expect(await find(`tag=${encodeURIComponent(`${key}:${value}`)}`)).toEqual([1]);
    expect(await find(tags({ [key]: `${value}?` }))).toEqual([]);
    expect(await find(tags({ [`${key}?`]: value }))).toEqual([]);
  });

  it("finds every span of a service by its resource and scope", async () => {
    const { find } = await storeWith(tagged, plain);
    for (const tag of [
      "service.name:shop",
      "resource.service.name:shop",
      "scope.name:sample",
      "otel.scope.version:1.0.0",
    ]) {
      expect(await find(`tag=${tag}`)).toEqual([2, 1]);
    }
    expect(await find("tag=resource.service.name:other")).toEqual([]);
  });

  it("matches error against the status and against an attribute of that name", async () => {
    const { find } = await storeWith(tagged, plain, span(3));
    expect(await find("tag=error:true")).toEqual([1]);
    expect(await find("tag=error:false")).toEqual([2]);
    expect(await find("tag=error:odd")).toEqual([2]);
  });

  it("requires all tags on one span, not spread over the trace", async () => {
    const { find } = await storeWith(
      span(1, { attributes: sampleAttributes({ a: "x y" }) }),
      span(1, { spanId: spanId(50), attributes: sampleAttributes({ b: "x y" }) }),
      span(2, { attributes: sampleAttributes({ a: "x y", b: "x y" }) }),
    );
    expect(await find(tags({ a: "x y", b: "x y" }))).toEqual([2]);
    expect(await find(`tag=a:x%20y&tag=b:x%20y&${tags({ b: "other" })}`)).toEqual([]);
  });
});
