import { request } from "node:http";
import { connect } from "node:net";
import { gunzipSync, gzipSync } from "node:zlib";
import { PbfReader } from "pbf";
import { describe, expect, it } from "vitest";
import { sampleResource, sampleSpan } from "../testing/sample.ts";
import { postTraces, startTestStore } from "../testing/start-store.ts";
import { encodeRequest } from "./encode.ts";

const json = { "content-type": "application/json" };
const gzip = { "content-encoding": "gzip" };
const one = encodeRequest([sampleResource("a", [sampleSpan({})])]);
const mixed = encodeRequest([sampleResource("a", [sampleSpan({}), sampleSpan({ spanId: "" })])]);

/** Message and code of a protobuf google.rpc.Status. */
async function statusOf(answer: Response): Promise<{ code: number; message: string }> {
  const pbf = new PbfReader(new Uint8Array(await answer.arrayBuffer()));
  return pbf.readFields(
    (field, status, reader) => {
      if (field === 1) status.code = reader.readVarint();
      if (field === 2) status.message = reader.readString();
    },
    { code: 0, message: "" },
  );
}

describe("accepted requests", () => {
  it("answers protobuf with an empty response in protobuf, once the spans can be queried", async () => {
    const { otlp, get } = await startTestStore();
    const answer = await postTraces(otlp, one);
    expect(answer.status).toBe(200);
    expect(answer.headers.get("content-type")).toBe("application/x-protobuf");
    expect((await answer.arrayBuffer()).byteLength).toBe(0);
    expect((await get("/api/services")).body).toMatchObject({ data: ["a"] });
  });

  it("answers JSON with {} in JSON", async () => {
    const { otlp, get } = await startTestStore();
    const body = JSON.stringify({ resourceSpans: [sampleResource("j", [sampleSpan({})])] });
    const answer = await postTraces(otlp, body, { "content-type": "application/json; charset=utf-8" });
    expect([answer.status, answer.headers.get("content-type"), await answer.text()]).toEqual([
      200,
      "application/json",
      "{}",
    ]);
    expect((await get("/api/services")).body).toMatchObject({ data: ["j"] });
  });

  it("accepts both encodings compressed", async () => {
    const { otlp, storage } = await startTestStore();
    expect((await postTraces(otlp, gzipSync(one), gzip)).status).toBe(200);
    const body = gzipSync(
      JSON.stringify({ resourceSpans: [sampleResource("j", [sampleSpan({ spanId: "00f067aa0ba902b7" })])] }),
    );
    expect((await postTraces(otlp, body, { ...json, ...gzip })).status).toBe(200);
    expect(storage.counts().spans).toBe(2);
  });

  it("accepts an empty request", async () => {
    const { otlp } = await startTestStore();
    expect((await postTraces(otlp, "")).status).toBe(200);
    expect((await postTraces(otlp, "{}", json)).status).toBe(200);
  });

  it("reports how many spans it rejected and why, and keeps the others", async () => {
    const { otlp, storage } = await startTestStore();
    const answer = await postTraces(otlp, mixed);
    expect(answer.status).toBe(200);
    const pbf = new PbfReader(new Uint8Array(await answer.arrayBuffer()));
    const partial = { rejected: 0, message: "" };
    expect(pbf.nextField()).toBe(1);
    pbf.readMessage((field, to, reader) => {
      if (field === 1) to.rejected = reader.readVarint();
      if (field === 2) to.message = reader.readString();
    }, partial);
    expect(partial).toEqual({
      rejected: 1,
      message: expect.stringMatching(/^1 span rejected: spanId must be 8 bytes, got 0/),
    });
    expect(storage.counts().spans).toBe(1);
  });

  it("writes rejectedSpans as a string in JSON, like every int64 there", async () => {
    const { otlp } = await startTestStore();
    const body = JSON.stringify({ resourceSpans: [sampleResource("j", [sampleSpan({ traceId: "" })])] });
    expect(await (await postTraces(otlp, body, json)).json()).toMatchObject({
      partialSuccess: { rejectedSpans: "1" },
    });
  });

  it("reports that spans of an evicted trace are rejected", async () => {
    const { otlp, send } = await startTestStore({ maxSpans: 1 });
    await send(sampleResource("a", [sampleSpan({})]));
    await send(sampleResource("a", [sampleSpan({ traceId: "1".repeat(32) })]));
    const body = JSON.stringify({ resourceSpans: [sampleResource("a", [sampleSpan({})])] });
    expect(await (await postTraces(otlp, body, json)).json()).toEqual({
      partialSuccess: {
        rejectedSpans: "1",
        errorMessage: expect.stringContaining("already been evicted"),
      },
    });
  });
});

describe("refused requests", () => {
  it("answers garbage with 400 and a Status, in protobuf and in JSON, and stores nothing", async () => {
    const { otlp, storage } = await startTestStore();
    const half = await postTraces(otlp, one.subarray(0, one.length - 5));
    expect([half.status, half.headers.get("content-type")]).toEqual([400, "application/x-protobuf"]);
    expect(await statusOf(half)).toEqual({ code: 3, message: expect.stringContaining("Cannot decode") });
    const broken = await postTraces(otlp, "{", json);
    expect([broken.status, broken.headers.get("content-type")]).toEqual([400, "application/json"]);
    expect(await broken.json()).toEqual({ code: 3, message: expect.stringContaining("not JSON") });
    expect(storage.counts().spans).toBe(0);
  });

  it("answers broken gzip with 400", async () => {
    const { otlp } = await startTestStore();
    const truncated = await postTraces(otlp, gzipSync(one).subarray(0, 40), gzip);
    expect(truncated.status).toBe(400);
    expect((await statusOf(truncated)).message).toContain("gzip");
    expect((await postTraces(otlp, one, gzip)).status).toBe(400);
  });

  it("answers bodies that are too large with 413, announced, chunked or compressed", async () => {
    const { otlp, otlpPort, storage } = await startTestStore({ maxBodyBytes: 10_000 });
    expect((await postTraces(otlp, new Uint8Array(10_001))).status).toBe(413);
    expect(await chunked(otlpPort, 40)).toBe(413);
    const bomb = gzipSync(new Uint8Array(9_000_000));
    expect(bomb.length).toBeLessThan(10_000);
    expect(gunzipSync(bomb)).toHaveLength(9_000_000);
    const answer = await postTraces(otlp, bomb, gzip);
    expect(answer.status).toBe(413);
    expect((await statusOf(answer)).code).toBe(8);
    expect((await postTraces(otlp, one)).status).toBe(200);
    expect(storage.counts().spans).toBe(1);
  });

  it("answers other content types and encodings with 415", async () => {
    const { otlp } = await startTestStore();
    const text = await postTraces(otlp, "x", { "content-type": "text/plain" });
    expect(text.status).toBe(415);
    expect(await text.json()).toMatchObject({ message: expect.stringContaining("application/x-protobuf") });
    const brotli = await postTraces(otlp, one, { "content-encoding": "br" });
    expect([brotli.status, brotli.headers.get("accept-encoding")]).toEqual([415, "gzip"]);
  });

  it("answers other methods with 405 and other paths with 404", async () => {
    const { otlp } = await startTestStore();
    const get = await fetch(`${otlp}/v1/traces`);
    expect([get.status, get.headers.get("allow")]).toEqual([405, "POST"]);
    const metrics = await fetch(`${otlp}/v1/metrics`, { method: "POST", headers: json, body: "{}" });
    expect(metrics.status).toBe(404);
    expect(await metrics.json()).toEqual({
      code: 5,
      message: expect.stringContaining("OTEL_METRICS_EXPORTER=none"),
    });
    expect((await fetch(`${otlp}/`)).status).toBe(404);
  });

  it("answers 503 with Retry-After while it cannot write", async () => {
    const { otlp, storage } = await startTestStore();
    storage.close();
    const answer = await postTraces(otlp, one);
    expect([answer.status, answer.headers.get("retry-after")]).toEqual([503, "2"]);
    expect((await statusOf(answer)).code).toBe(14);
  });

  it("answers 503 when too many large bodies arrive at once", async () => {
    const { otlpPort } = await startTestStore({ maxBodyBytes: 10_000 });
    const halves = await Promise.all(Array.from({ length: 5 }, () => halfSent(otlpPort, 9_000)));
    const first = await Promise.race(halves.map((half) => half.firstLine));
    expect(first).toBe("HTTP/1.1 503 Service Unavailable");
    for (const half of halves) half.end();
  });

  it("answers requests for foreign host names with 403, so that no web page can use it", async () => {
    const { otlpPort } = await startTestStore();
    const status = (host: string) =>
      new Promise<number | undefined>((resolve, reject) => {
        const headers = { host, "content-type": "application/json" };
        request(
          { port: otlpPort, host: "127.0.0.1", path: "/v1/traces", method: "POST", headers },
          (answer) => {
            answer.resume();
            resolve(answer.statusCode);
          },
        )
          .on("error", reject)
          .end("{}");
      });
    expect(await status("rebound.example:4318")).toBe(403);
    expect(await status("localhost.rebound.example")).toBe(403);
    expect(await Promise.all(["localhost:1", "127.0.0.1", "[::1]:4318", "LOCALHOST"].map(status))).toEqual([
      200, 200, 200, 200,
    ]);
  });
});

/** Sends `kilobytes` without a Content-Length. */
function chunked(port: number, kilobytes: number): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const headers = { "content-type": "application/x-protobuf" };
    const sent = request(
      { port, host: "127.0.0.1", path: "/v1/traces", method: "POST", headers },
      (answer) => {
        answer.resume();
        resolve(answer.statusCode);
      },
    );
    sent.on("error", reject);
    for (let i = 0; i < kilobytes; i++) sent.write(Buffer.alloc(1_000));
    sent.end();
  });
}

/** A request whose body stops after `bytes` of an announced 9,999; `firstLine` is the answer, or "" when it ends. */
function halfSent(port: number, bytes: number): Promise<{ firstLine: Promise<string>; end: () => void }> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1", () => {
      const head =
        "POST /v1/traces HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-protobuf\r\nContent-Length: 9999\r\n\r\n";
      socket.write(Buffer.concat([Buffer.from(head), Buffer.alloc(bytes)]), () => {
        resolve({ firstLine, end: () => socket.destroy() });
      });
    });
    const firstLine = new Promise<string>((answer) => {
      socket.on("data", (data) => answer(data.toString().split("\r\n", 1)[0] ?? ""));
      socket.on("close", () => answer(""));
    });
  });
}
