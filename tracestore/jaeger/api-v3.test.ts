import { describe, expect, it } from "vitest";
import { epochUs, span, spanId, storeWith, traceId } from "../testing/numbered-spans.ts";
import { sampleAttributes, sampleResource } from "../testing/sample.ts";
import { startTestStore } from "../testing/start-store.ts";

describe("the third version of the API", () => {
  const v3 = (more = "") =>
    `/api/v3/trace-summaries?query.service_name=shop&query.start_time_min=2023-11-14T22:13:20.000Z&query.start_time_max=2023-11-14T23:13:20.000Z&${more}`;

  it("names services and operations without an envelope", async () => {
    const { get } = await storeWith(span(1, { kind: 4 }), span(2, { kind: 0 }));
    expect((await get("/api/v3/services")).body).toEqual({ services: ["shop"] });
    expect((await get("/api/v3/operations?service=shop")).body).toEqual({
      operations: [
        { name: "op 1", spanKind: "producer" },
        { name: "op 2", spanKind: "internal" },
      ],
    });
    expect((await get("/api/v3/capabilities")).body).toEqual({ search: { sameSpanConjunction: true } });
  });

  it("summarises a trace", async () => {
    const { send, get } = await storeWith(
      span(1, { ms: 5, parentSpanId: spanId(77) }),
      span(1, {
        spanId: spanId(2),
        name: "root",
        startTimeUnixNano: String(BigInt(epochUs + 900_000) * 1_000n),
      }),
    );
    await send(
      sampleResource("bank", [
        span(1, { spanId: spanId(3), parentSpanId: spanId(2), status: { code: 2, message: "" } }),
      ]),
    );
    expect((await get(v3())).body).toEqual({
      summaries: [
        {
          traceId: traceId(1),
          rootServiceName: "shop",
          rootOperationName: "root",
          minStartTimeUnixNano: "1700000000900000000",
          maxEndTimeUnixNano: "1700000001005000000",
          spanCount: 3,
          errorSpanCount: 1,
          orphanSpanCount: 1,
          services: [
            { name: "bank", spanCount: 1, errorSpanCount: 1 },
            { name: "shop", spanCount: 2, errorSpanCount: 0 },
          ],
        },
      ],
    });
  });

  it("searches by the names that the UI and the server's own parser use", async () => {
    const { get } = await storeWith(
      span(1, { ms: 10, attributes: sampleAttributes({ k: 7 }) }),
      span(2),
      span(3),
    );
    const found = async (query: string) => {
      const { body } = await get(v3(query));
      const list = typeof body === "object" && body !== null && "summaries" in body ? body.summaries : [];
      return Array.isArray(list) ? list.length : 0;
    };
    expect(await found("query.num_traces=2")).toBe(2);
    expect(await found("query.searchDepth=1")).toBe(1);
    expect(await found("query.span_name=op%201")).toBe(1);
    expect(await found("query.operationName=op%201")).toBe(1);
    expect(await found("query.duration_min=5ms")).toBe(1);
    expect(await found(`query.attributes=${encodeURIComponent('{"k":"7"}')}`)).toBe(1);
  });

  it("returns one trace as OTLP, a root without a parent id", async () => {
    const { get } = await storeWith(span(1), span(1, { spanId: spanId(2), parentSpanId: spanId(1) }));
    const { parentSpanId: _, ...root } = span(1);
    const child = span(1, { spanId: spanId(2), parentSpanId: spanId(1) });
    const { resource, scopeSpans } = sampleResource("shop", []);
    expect((await get("/api/v3/traces/1")).body).toEqual({
      result: { resourceSpans: [{ resource, scopeSpans: [{ ...scopeSpans[0], spans: [root, child] }] }] },
    });
    expect(await get("/api/v3/traces/2")).toEqual({
      status: 404,
      body: { error: { httpCode: 404, message: "No traces found" } },
    });
  });

  it("refuses a search without its times or service", async () => {
    const { get } = await startTestStore();
    expect(await get("/api/v3/trace-summaries?query.service_name=a")).toEqual({
      status: 400,
      body: { error: { httpCode: 400, message: "min and max start time are required" } },
    });
    expect((await get(v3().replace("shop", ""))).status).toBe(400);
    expect((await get(v3().replace("20.000Z", "nonsense"))).status).toBe(400);
  });
});
