import { describe, expect, it } from "vitest";
import { epochUs, isEnvelope, range, span, spanId, storeWith, traceId } from "../testing/numbered-spans.ts";
import { sampleAttributes, sampleResource, sampleSpan } from "../testing/sample.ts";
import { startTestStore } from "../testing/start-store.ts";

const error = (code: number, msg: string) => ({
  status: code,
  body: { data: null, total: 0, limit: 0, offset: 0, errors: [{ code, msg }] },
});

describe("names", () => {
  it("lists services and operations in Jaeger's envelope", async () => {
    const { get, send } = await storeWith(span(1, { kind: 2 }), span(2, { name: "op 1", kind: 0 }));
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
    const { send, get } = await storeWith();
    await send(sampleResource("a/b ü?", [span(1)]));
    expect((await get(`/api/services/${encodeURIComponent("a/b ü?")}/operations`)).body).toMatchObject({
      data: ["op 1"],
    });
  });
});

describe("one trace", () => {
  it("is found by its id, short, padded or in capitals", async () => {
    const { get } = await storeWith(span(0xab));
    for (const id of ["ab", "AB", "00ab", spanId(0xab), traceId(0xab)]) {
      expect(await get(`/api/traces/${id}?raw=true`)).toMatchObject({
        status: 200,
        body: { data: [{ traceID: spanId(0xab) }], total: 0, errors: null },
      });
    }
  });

  it("has both spans that share an id, and the final version of each, in both APIs", async () => {
    const { get, send } = await storeWith(span(1, { kind: 3, name: "call", ms: 9 }));
    const served = { kind: 2, name: "serve" };
    await send(sampleResource("bank", [span(1, { ...served, ms: 1 })]));
    await send(sampleResource("bank", [span(1, { ...served, ms: 5 })]));
    const jaeger = await get(`/api/traces/${traceId(1)}`);
    expect(jaeger.body).toMatchObject({ data: [{ spans: expect.any(Array) }] });
    const text = JSON.stringify(jaeger.body);
    expect([...text.matchAll(/"operationName":"(\w+)"/g)].map(([, name]) => name).sort()).toEqual([
      "call",
      "serve",
    ]);
    const otlp = JSON.stringify((await get(`/api/v3/traces/${traceId(1)}`)).body);
    expect([...otlp.matchAll(/"endTimeUnixNano":"(\d+)"/g)].map(([, end]) => end).sort()).toEqual([
      "1700000001005000000",
      "1700000001009000000",
    ]);
  });

  it("is a 404 when it does not exist and a 400 when the id is invalid", async () => {
    const { get } = await storeWith();
    expect(await get("/api/traces/ab")).toEqual(error(404, "trace not found"));
    expect(await get("/api/traces/xyz")).toEqual(
      error(400, 'strconv.ParseUint: parsing "xyz": invalid syntax'),
    );
    expect((await get(`/api/traces/${"a".repeat(33)}`)).status).toBe(400);
    expect((await get("/api/traces/ab?raw=perhaps")).status).toBe(400);
    expect((await get("/api/traces/%zz")).status).toBe(404);
  });

  it("can be read with others by repeated traceID; missing ones are named", async () => {
    const { get } = await storeWith(span(1), span(2));
    expect((await get("/api/traces?traceID=1&traceID=2&traceID=3")).body).toMatchObject({
      data: [{ traceID: spanId(1) }, { traceID: spanId(2) }],
      errors: [{ msg: "trace not found", traceID: spanId(3) }],
    });
  });
});

describe("search", () => {
  it("returns the newest traces first, up to the limit, each once and whole", async () => {
    const { find, get } = await storeWith(
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
    const { find } = await storeWith(span(1, { ms: 10 }), span(2, { ms: 20 }), span(3, { ms: 30 }));
    expect(await find("operation=op%202")).toEqual([2]);
    expect(await find("operation=none")).toEqual([]);
    expect(await find("minDuration=20ms")).toEqual([3, 2]);
    expect(await find("minDuration=15ms&maxDuration=20ms")).toEqual([2]);
    expect(await find("maxDuration=9999us")).toEqual([]);
  });

  it("filters by start and end, both included", async () => {
    const { get } = await storeWith(span(1), span(2), span(3));
    const at = (n: number) => epochUs + n * 1_000_000;
    const { body } = await get(`/api/traces?service=shop&start=${at(2)}&end=${at(2)}`);
    expect(body).toMatchObject({ data: [{ traceID: spanId(2) }] });
    expect(isEnvelope(body) && body.data).toHaveLength(1);
  });

  it("searches back from now when no start is given", async () => {
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
    const { find } = await storeWith(...many);
    expect((await find("")).sort()).toEqual([1, 2, 3]);
    expect(await find("operation=oldest")).toEqual([1]);
    expect(await find("operation=oldest&tag=span.kind:internal")).toEqual([1]);
  });

  it("sends megabytes completely, and survives clients that disconnect halfway", async () => {
    const attributes = sampleAttributes({ text: "x".repeat(20_000) });
    const { query, send } = await storeWith();
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
    const { get } = await storeWith();
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

describe("dependencies", () => {
  it("counts calls from service to service in the requested time, in milliseconds", async () => {
    const { send, get } = await storeWith(span(1), span(1, { spanId: spanId(11), parentSpanId: spanId(1) }));
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
