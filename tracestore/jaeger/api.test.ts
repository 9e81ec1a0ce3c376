import { describe, expect, it } from "vitest";
import type { Span } from "../otlp/model.ts";
import { sampleAttributes, sampleResource, sampleSpan } from "../testing/sample.ts";
import { startTestStore } from "../testing/start-store.ts";

const traceId = (n: number) => n.toString(16).padStart(32, "0");
const spanId = (n: number) => n.toString(16).padStart(16, "0");
/** Microseconds since 1970; span n starts n seconds later. */
const epochUs = 1_700_000_000_000_000;
const range = `start=${epochUs}&end=${epochUs + 100_000_000}`;

function span(n: number, given: Partial<Span> & { ms?: number } = {}): Span {
  const { ms = 1, ...rest } = given;
  const start = BigInt(epochUs + n * 1_000_000) * 1_000n;
  return sampleSpan({
    traceId: traceId(n),
    spanId: spanId(n),
    name: `op ${n}`,
    startTimeUnixNano: String(start),
    endTimeUnixNano: String(start + BigInt(ms) * 1_000_000n),
    ...rest,
  });
}

type Envelope = { data: { traceID: string }[] | null };

function isEnvelope(body: unknown): body is Envelope {
  return typeof body === "object" && body !== null && "data" in body;
}

async function started(...spans: Span[]) {
  const store = await startTestStore();
  await store.send(sampleResource("shop", spans));
  return {
    ...store,
    /** Numbers of the traces found, newest first. */
    find: async (query: string): Promise<number[]> => {
      const { body } = await store.get(`/api/traces?service=shop&${range}&${query}`);
      if (!isEnvelope(body)) throw new Error("no envelope");
      return (body.data ?? []).map(({ traceID }) => Number.parseInt(traceID, 16));
    },
  };
}

const error = (code: number, msg: string) => ({
  status: code,
  body: { data: null, total: 0, limit: 0, offset: 0, errors: [{ code, msg }] },
});

describe("names", () => {
  it("lists services and operations in Jaeger's envelope", async () => {
    const { get, send } = await started(span(1, { kind: 2 }), span(2, { name: "op 1", kind: 0 }));
    await send(sampleResource("bank", [span(3)]));
    const list = (data: unknown[]) => ({
      status: 200,
      body: { data, total: data.length, limit: 0, offset: 0, errors: null },
    });
    expect(await get("/api/services")).toEqual(list(["bank", "shop"]));
    expect(await get("/api/services/shop/operations")).toEqual(list(["op 1"]));
    expect(await get("/api/services/none/operations")).toEqual(list([]));
    expect(await get("/api/operations?service=shop")).toEqual(
      list([
        { name: "op 1", spanKind: "" },
        { name: "op 1", spanKind: "server" },
      ]),
    );
    expect(await get("/api/operations?service=shop&spanKind=server")).toEqual(
      list([{ name: "op 1", spanKind: "server" }]),
    );
    expect(await get("/api/operations")).toEqual(error(400, "parameter 'service' is required"));
  });

  it("finds a service whose name has to be encoded", async () => {
    const { send, get } = await started();
    await send(sampleResource("a/b ü?", [span(1)]));
    expect((await get(`/api/services/${encodeURIComponent("a/b ü?")}/operations`)).body).toMatchObject({
      data: ["op 1"],
    });
  });
});

describe("one trace", () => {
  it("is found by its id, short, padded or in capitals", async () => {
    const { get } = await started(span(0xab));
    for (const id of ["ab", "AB", "00ab", spanId(0xab), traceId(0xab)]) {
      expect(await get(`/api/traces/${id}?raw=true`)).toMatchObject({
        status: 200,
        body: { data: [{ traceID: spanId(0xab) }], total: 0, errors: null },
      });
    }
  });

  it("is a 404 when it does not exist and a 400 when the id is invalid", async () => {
    const { get } = await started();
    expect(await get("/api/traces/ab")).toEqual(error(404, "trace not found"));
    expect(await get("/api/traces/xyz")).toEqual(
      error(400, 'strconv.ParseUint: parsing "xyz": invalid syntax'),
    );
    expect((await get(`/api/traces/${"a".repeat(33)}`)).status).toBe(400);
    expect((await get("/api/traces/ab?raw=perhaps")).status).toBe(400);
    expect((await get("/api/traces/%zz")).status).toBe(404);
  });

  it("can be read with others by repeated traceID; missing ones are named", async () => {
    const { get } = await started(span(1), span(2));
    expect((await get("/api/traces?traceID=1&traceID=2&traceID=3")).body).toMatchObject({
      data: [{ traceID: spanId(1) }, { traceID: spanId(2) }],
      errors: [{ msg: "trace not found", traceID: spanId(3) }],
    });
  });
});

describe("search", () => {
  it("gives the newest traces first, up to the limit, each once and whole", async () => {
    const { find, get } = await started(
      ...[1, 2, 3].map((n) => span(n)),
      span(2, { spanId: spanId(99), name: "second", parentSpanId: spanId(2) }),
    );
    expect(await find("")).toEqual([3, 2, 1]);
    expect(await find("limit=2")).toEqual([3, 2]);
    expect((await get(`/api/traces?service=shop&operation=second&${range}`)).body).toMatchObject({
      data: [{ spans: [{ operationName: "op 2" }, { operationName: "second" }] }],
    });
  });

  it("filters by operation, by start of the span (bounds included) and by its duration", async () => {
    const { find } = await started(span(1, { ms: 10 }), span(2, { ms: 20 }), span(3, { ms: 30 }));
    expect(await find("operation=op%202")).toEqual([2]);
    expect(await find("operation=none")).toEqual([]);
    expect(await find("minDuration=20ms")).toEqual([3, 2]);
    expect(await find("minDuration=15ms&maxDuration=20ms")).toEqual([2]);
    expect(await find("maxDuration=9999us")).toEqual([]);
  });

  it("filters by start and end, both included", async () => {
    const { get } = await started(span(1), span(2), span(3));
    const at = (n: number) => epochUs + n * 1_000_000;
    const { body } = await get(`/api/traces?service=shop&start=${at(2)}&end=${at(2)}`);
    expect(body).toMatchObject({ data: [{ traceID: spanId(2) }] });
    expect(isEnvelope(body) && body.data).toHaveLength(1);
  });

  it("looks back from now when no start is given", async () => {
    const store = await startTestStore();
    const recent = String(BigInt(Date.now() - 30 * 60_000) * 1_000_000n);
    const times = { startTimeUnixNano: recent, endTimeUnixNano: recent };
    await store.send(sampleResource("shop", [span(1, times)]));
    const count = async (query: string) => {
      const { body } = await store.get(`/api/traces?service=shop${query}`);
      return isEnvelope(body) ? body.data?.length : undefined;
    };
    expect([await count(""), await count("&lookback=1h"), await count("&lookback=10m")]).toEqual([1, 1, 0]);
  });

  it("reads many pages of spans without missing or repeating one", async () => {
    const many = Array.from({ length: 3_000 }, (_, i) =>
      sampleSpan({
        ...span(1 + (i % 3)),
        spanId: spanId(i + 1),
        name: i === 0 ? "oldest" : "other",
        startTimeUnixNano: String(BigInt(epochUs + i) * 1_000n),
      }),
    );
    const { find } = await started(...many);
    expect((await find("")).sort()).toEqual([1, 2, 3]);
    expect(await find("operation=oldest")).toEqual([1]);
    expect(await find("operation=oldest&tag=span.kind:internal")).toEqual([1]);
  });

  it("sends megabytes completely, and survives clients that disconnect halfway", async () => {
    const attributes = sampleAttributes({ text: "x".repeat(20_000) });
    const { query, send } = await started();
    for (let n = 1; n <= 300; n += 30) {
      await send(
        sampleResource(
          "shop",
          Array.from({ length: 30 }, (_, i) => span(n + i, { attributes })),
        ),
      );
    }
    const url = `${query}/api/traces?service=shop&start=${epochUs}&end=${epochUs * 2}&limit=300`;
    const leaving = new AbortController();
    const left = await fetch(url, { signal: leaving.signal });
    leaving.abort();
    await expect(left.text()).rejects.toThrow();
    const body: unknown = await (await fetch(url)).json();
    expect(isEnvelope(body) && body.data).toHaveLength(300);
  });

  it("finds nothing for an unknown service", async () => {
    const { get } = await started();
    expect((await get("/api/traces?service=none")).body).toMatchObject({ data: [], errors: null });
  });

  it.each([
    ["", "parameter 'service' is required"],
    ["service=a&limit=0", "invalid parameter: limit must be greater than 0"],
    ["service=a&limit=x", "unable to parse param 'limit': strconv.ParseInt: parsing \"x\": invalid syntax"],
    ["service=a&start=5&end=4", "invalid parameter: start time must be before end time"],
    ["service=a&minDuration=2s&maxDuration=1s", "'maxDuration' should be greater than 'minDuration'"],
    [
      "service=a&minDuration=10",
      "unable to parse param 'minDuration': time: missing unit in duration \"10\"",
    ],
    ["service=a&tag=x", "malformed 'tag' parameter, expecting key:value, received: x"],
    ["service=a&tags=[]", "malformed 'tags' parameter, cannot unmarshal JSON: expected an object of strings"],
    ["traceID=xyz", 'strconv.ParseUint: parsing "xyz": invalid syntax'],
  ])("refuses %j", async (query, message) => {
    const { get } = await startTestStore();
    expect(await get(`/api/traces?${query}`)).toEqual(error(400, message));
  });
});

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
    const { find } = await started(tagged, plain);
    expect(await find(tags({ [key]: value }))).toEqual([1]);
    expect(await find(`tag=${encodeURIComponent(`${key}:${value}`)}`)).toEqual([1]);
    expect(await find(tags({ [key]: `${value}?` }))).toEqual([]);
    expect(await find(tags({ [`${key}?`]: value }))).toEqual([]);
  });

  it("finds every span of a service by its resource and scope", async () => {
    const { find } = await started(tagged, plain);
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
    const { find } = await started(tagged, plain, span(3));
    expect(await find("tag=error:true")).toEqual([1]);
    expect(await find("tag=error:false")).toEqual([2]);
    expect(await find("tag=error:odd")).toEqual([2]);
  });

  it("requires all tags on one span, not spread over the trace", async () => {
    const { find } = await started(
      span(1, { attributes: sampleAttributes({ a: "x y" }) }),
      span(1, { spanId: spanId(50), attributes: sampleAttributes({ b: "x y" }) }),
      span(2, { attributes: sampleAttributes({ a: "x y", b: "x y" }) }),
    );
    expect(await find(tags({ a: "x y", b: "x y" }))).toEqual([2]);
    expect(await find(`tag=a:x%20y&tag=b:x%20y&${tags({ b: "other" })}`)).toEqual([]);
  });
});

describe("dependencies", () => {
  it("counts calls from service to service in the time asked for, in milliseconds", async () => {
    const { send, get } = await started(span(1), span(1, { spanId: spanId(11), parentSpanId: spanId(1) }));
    await send(
      sampleResource("bank", [
        span(1, { spanId: spanId(12), parentSpanId: spanId(11) }),
        span(1, { spanId: spanId(13), parentSpanId: spanId(1) }),
        span(1, { spanId: spanId(14), parentSpanId: spanId(77) }),
      ]),
    );
    const at = epochUs / 1_000;
    const found = [{ parent: "shop", child: "bank", callCount: 2 }];
    const dependencies = async (query: string) => (await get(`/api/dependencies?${query}`)).body;
    expect(await dependencies(`endTs=${at + 5_000}&lookback=10000`)).toMatchObject({
      data: found,
      errors: null,
    });
    expect(await dependencies(`endTs=${at + 5_000}&lookback=1000`)).toMatchObject({ data: [] });
    expect(await dependencies(`endTs=${at + 5_000}&lookback=10000&service=bank`)).toMatchObject({
      data: found,
    });
    expect(await dependencies(`endTs=${at + 5_000}&lookback=10000&service=x`)).toMatchObject({ data: [] });
    expect((await get("/api/dependencies?endTs=x")).status).toBe(400);
  });
});

describe("the third version of the API", () => {
  const v3 = (more = "") =>
    `/api/v3/trace-summaries?query.service_name=shop&query.start_time_min=2023-11-14T22:13:20.000Z&query.start_time_max=2023-11-14T23:13:20.000Z&${more}`;

  it("names services and operations without an envelope", async () => {
    const { get } = await started(span(1, { kind: 4 }), span(2, { kind: 0 }));
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
    const { send, get } = await started(
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
    const { get } = await started(
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

  it("gives one trace as OTLP, a root without a parent id", async () => {
    const { get } = await started(span(1), span(1, { spanId: spanId(2), parentSpanId: spanId(1) }));
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

describe("the query port", () => {
  it("answers only GET and HEAD, and only for loopback names", async () => {
    const { query } = await startTestStore();
    const post = await fetch(`${query}/api/services`, { method: "POST" });
    expect([post.status, post.headers.get("allow")]).toEqual([405, "GET, HEAD"]);
    expect((await fetch(`${query}/api/services`, { method: "HEAD" })).status).toBe(200);
    expect((await fetch(`${query}/api/metrics/calls`)).status).toBe(404);
  });

  it("has no CORS headers", async () => {
    const { query } = await startTestStore();
    const answer = await fetch(`${query}/api/services`, { headers: { origin: "http://evil.example" } });
    expect([...answer.headers.keys()].filter((name) => name.startsWith("access-control"))).toEqual([]);
  });
});
