import { createServer, type IncomingMessage, type RequestListener, request } from "node:http";
import { createServer as createTcpServer, type Server as TcpServer } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import type { Problem, Span } from "../span.ts";
import { jaegerTrace } from "./encode.fixture.ts";
import { type JaegerOptions, type JaegerQuery, readJaeger } from "./read-jaeger.ts";
import { sorted } from "./read-spans.fixture.ts";
import { startTraceStore } from "./trace-store.fixture.ts";

const epochMs = 1_700_000_000_000;
const traceId = (n: number) => n.toString(16).padStart(32, "0");

/** A span of one second that starts n seconds after the epoch. */
function span(n: number, given: Partial<Span> = {}): Span {
  const startNs = BigInt(epochMs + n * 1_000) * 1_000_000n;
  return {
    traceId: traceId(n),
    spanId: n.toString(16).padStart(16, "0"),
    name: `span ${n}`,
    kind: "consumer",
    startNs,
    endNs: startNs + 1_000_000_000n,
    service: "shop",
    attributes: { "messaging.kafka.offset": n },
    resource: { "service.instance.id": "shop-1" },
    ...given,
  };
}

const everything = { startMs: epochMs, endMs: epochMs + 1_000_000 };

async function read(url: string, query: JaegerQuery, options?: JaegerOptions) {
  const spans: Span[] = [];
  const problems: Problem[] = [];
  for await (const batch of readJaeger(url, query, (problem) => problems.push(problem), options)) {
    spans.push(...batch);
  }
  return { spans: sorted(spans), problems };
}

async function serve(answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return addressOf(server);
}

async function closedPort(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = addressOf(server);
  await new Promise((resolve) => server.close(resolve));
  return url;
}

function addressOf(server: Pick<TcpServer, "address">): string {
  const address = server.address();
  return `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}`;
}

describe("against a trace store", () => {
  it("reads all traces of a window, each once even when several services took part", async () => {
    const { url, send } = await startTraceStore();
    const spans = [
      span(1),
      span(11, {
        traceId: traceId(1),
        parentSpanId: "1".padStart(16, "0"),
        service: "bänk/1",
        resource: undefined,
      }),
      span(2, { failed: true, links: [{ traceId: traceId(1), spanId: "1".padStart(16, "0") }] }),
    ];
    await send([...spans, span(-5), span(5_000)]);
    expect(await read(url, everything)).toEqual({ spans: sorted(spans), problems: [] });
  });

  it("requests halves of the window until no response is full", async () => {
    const { url, send } = await startTraceStore();
    const spans = Array.from({ length: 40 }, (_, index) => span(index + 1));
    await send(spans);
    expect(await read(url, everything, { limit: 3 })).toEqual({ spans: sorted(spans), problems: [] });
  });

  it("reports when more traces start at one moment than Jaeger returns", async () => {
    const { url, send } = await startTraceStore();
    const at = { startNs: span(1).startNs, endNs: span(1).endNs };
    await send([span(1), span(2, at), span(3, at), span(9)]);
    const found = await read(url, everything, { limit: 2 });
    expect(found.spans).toHaveLength(3);
    expect(found.problems).toEqual([
      {
        what: "Jaeger returns at most 2 traces of a service that start within 1 ms. Others are missing.",
        where: expect.stringMatching(/^service shop, from 2023-11-14T22:13:2/),
        count: 1,
      },
    ]);
  });

  it("reads one trace, optionally with its surroundings", async () => {
    const { url, send } = await startTraceStore();
    await send([span(1), span(10), span(12), span(30)]);
    expect((await read(url, { traceId: "A" })).spans).toEqual([span(10)]);
    expect((await read(url, { traceId: traceId(10), surroundingsMs: 5_000 })).spans).toEqual([
      span(10),
      span(12),
    ]);
    await expect(read(url, { traceId: "abc" })).rejects.toThrow(
      expect.objectContaining({
        code: "HOLDUP_TRACE_NOT_FOUND",
        message: `${url} has no trace abc. It may not have arrived yet, may have been deleted, or may be in another Jaeger.`,
      }),
    );
    await expect(read(url, { traceId: "xyz" })).rejects.toMatchObject({
      code: "HOLDUP_JAEGER_QUERY_INVALID",
    });
  });

  it("reads only traces with a matching span, and keeps the requested attributes", async () => {
    const { url, send } = await startTraceStore();
    const long = {
      endNs: span(2).startNs + 60_000_000_000n,
      attributes: { "shop.till": 7, "shop.cashier": 8 },
    };
    await send([span(1), span(2, long)]);
    const params = { minDuration: "30s", tags: '{"span.kind":"consumer"}' };
    const keeps = (name: string) => name === "shop.till";
    const { spans } = await read(url, { ...everything, params }, { keeps });
    expect(spans.map(({ spanId, attributes }) => [spanId, attributes])).toEqual([
      [span(2).spanId, { "shop.till": 7 }],
    ]);
  });

  it("reads from a Jaeger with a base path, a user and a password", async () => {
    const { url, send } = await startTraceStore();
    await send([span(1)]);
    const seen: (string | undefined)[] = [];
    const proxy = await serve((incoming, outgoing) => {
      seen.push(incoming.headers.authorization);
      if (!incoming.url?.startsWith("/deep/jaeger/api/")) return outgoing.writeHead(404).end("not here");
      const forwarded = request(
        url + incoming.url.slice("/deep/jaeger".length),
        (answer: IncomingMessage) => {
          outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
          answer.pipe(outgoing);
        },
      );
      return forwarded.end();
    });
    const address = proxy.replace("//", "//me:p%40ss@");
    expect((await read(`${address}/deep/jaeger/`, everything)).spans).toEqual([span(1)]);
    expect(new Set(seen)).toEqual(new Set([`Basic ${Buffer.from("me:p@ss").toString("base64")}`]));
    for (const query of [everything, { traceId: "1" }]) {
      await expect(read(address, query)).rejects.toThrow(
        expect.objectContaining({
          code: "HOLDUP_JAEGER_FOREIGN",
          message: expect.stringMatching(
            /^http:\/\/127\.0\.0\.1:\d+ answers, but not as Jaeger's.* 404 .*"not here"/,
          ),
        }),
      );
    }
  });
});

const services = (...names: string[]) => JSON.stringify({ data: names, total: names.length, errors: null });

/** Lists one service; `answer` handles requests for its traces. */
const serveTraces = (answer: RequestListener) =>
  serve((incoming, outgoing) => {
    if (incoming.url === "/api/services") outgoing.end(services("shop"));
    else answer(incoming, outgoing);
  });

describe("with a misbehaving server", () => {
  it("names the address that does not answer", async () => {
    const closed = await closedPort();
    await expect(read(closed, everything)).rejects.toThrow(
      expect.objectContaining({
        code: "HOLDUP_JAEGER_UNREACHABLE",
        retriable: true,
        message:
          `${closed} does not answer: the connection is refused. ` +
          "Check the address and that Jaeger runs there; its query port is usually 16686.",
      }),
    );
    const url = await serve(() => undefined);
    await expect(read(url, everything, { timeoutMs: 50 })).rejects.toThrow("no data for 50 ms");
  });

  it("gives up on a response that stops in the middle", async () => {
    const silent = await serveTraces((_, outgoing) => outgoing.write('{"data":['));
    await expect(read(silent, everything, { timeoutMs: 100 })).rejects.toThrow("no data for 100 ms");
    const broken = await serveTraces((_, outgoing) => {
      outgoing.write('{"data":[', () => outgoing.destroy());
    });
    await expect(read(broken, everything)).rejects.toThrow("it closed the connection");
  });

  it("reports what it got instead of a Jaeger response", async () => {
    const html = await serve((_, outgoing) => outgoing.end("<html>\n<title>Shop</title>"));
    await expect(read(html, everything)).rejects.toThrow(
      `${html} answers, but not as Jaeger's query API. If Jaeger has a base path, such as http://host/jaeger, include it. ` +
        "/api/services returned a page of HTML instead of JSON; perhaps it needs a login.",
    );
    for (const end of ["/api", "/search", "/trace/ab"]) {
      await expect(read(html + end, everything)).rejects.toThrow(`query API. Remove ${end}: ${html}. /api`);
    }
    await expect(read(html, { traceId: "1" })).rejects.toMatchObject({ code: "HOLDUP_JAEGER_FOREIGN" });
    const json = await serve((_, outgoing) => outgoing.end('{"status":"up"}'));
    await expect(read(json, everything)).rejects.toThrow(
      '/api/services returned {"status":"up"}, which lists no services.',
    );
    await expect(read(json, { traceId: "1" })).rejects.toThrow("its top level has the key status");
    const zipkin = await serveTraces((_, outgoing) => outgoing.end("[]"));
    await expect(read(zipkin, everything)).rejects.toThrow("returned no Jaeger traces");
  });

  it("passes on what Jaeger says about an error", async () => {
    const url = await serveTraces((_, outgoing) => {
      outgoing.writeHead(500).end('{"data":null,"errors":[{"code":500,"msg":"storage is \\"down\\"."}]}');
    });
    await expect(read(url, { traceId: "1" })).rejects.toThrow(
      `${url} answered 500 Internal Server Error to /api/traces/${traceId(1)}: storage is "down".`,
    );
  });

  it("says how to log in", async () => {
    const url = await serve(({ url: path }, outgoing) => {
      const scheme = path?.startsWith("/token") ? "Bearer" : "Basic";
      outgoing.writeHead(401, { "www-authenticate": `${scheme} realm="jaeger"` }).end("no");
    });
    const withUser = (user: string) => url.replace("://", `://${user}@`);
    await expect(read(url, everything)).rejects.toThrow(
      `${url} asks for a user and a password. Put them in the address: ${withUser("user:password")}.`,
    );
    await expect(read(withUser("me:secret"), everything)).rejects.toThrow(
      `${url} rejects the user and the password in the address. Correct them there.`,
    );
    await expect(read(`${url}/token`, everything)).rejects.toThrow("asks for a login by Bearer");
  });

  it("reports a server that is not a web server", async () => {
    const server = createTcpServer((socket) => socket.on("error", () => undefined).end("-ERR what\r\n"));
    onTestFinished(() => void server.close());
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const url = addressOf(server);
    await expect(read(url, everything)).rejects.toThrow("the server does not speak HTTP");
    await expect(read(url.replace("http", "https"), everything)).rejects.toThrow(
      "it does not speak TLS; try http://",
    );
  });

  it("accepts a Jaeger without services or traces", async () => {
    const empty = await serve((_, outgoing) => outgoing.end('{"data":null,"total":0,"errors":null}'));
    expect(await read(empty, everything)).toEqual({ spans: [], problems: [] });
    const traces = await serveTraces((_, outgoing) => outgoing.end('{"data":[],"total":0,"limit":0}'));
    expect(await read(traces, everything)).toEqual({ spans: [], problems: [] });
  });

  it("limits its concurrent requests, and stops after the first wrong response", async () => {
    let open = 0;
    let most = 0;
    const names = Array.from({ length: 12 }, (_, index) => `service-${index}`);
    const url = await serve((incoming, outgoing) => {
      if (incoming.url === "/api/services") return outgoing.end(services(...names));
      open += 1;
      most = Math.max(most, open);
      const service = new URLSearchParams(incoming.url?.split("?")[1]).get("service") ?? "";
      const n = names.indexOf(service) + 1;
      return setTimeout(() => {
        open -= 1;
        outgoing.end(JSON.stringify({ data: [jaegerTrace([span(n, { service })])] }));
      }, 5);
    });
    expect((await read(url, everything, { concurrency: 3 })).spans).toHaveLength(12);
    expect(most).toBe(3);

    const failing = await serve((incoming, outgoing) => {
      if (incoming.url === "/api/services") outgoing.end(services(...names));
      // The others never get a response: the first wrong one must end them.
      else if (incoming.url?.includes("service-0&")) outgoing.writeHead(503).end("busy");
    });
    await expect(read(failing, everything)).rejects.toThrow(
      "503 Service Unavailable to /api/traces?service=service-0",
    );
  });

  it("closes its requests when the reader stops early", async () => {
    let closed = () => {};
    const wasClosed = new Promise<void>((resolve) => {
      closed = resolve;
    });
    const url = await serveTraces((_, outgoing) => {
      outgoing.on("close", closed);
      outgoing.write(`{"data":[${JSON.stringify(jaegerTrace([span(1)]))},`);
      // Longer than the part that is buffered to detect the format.
      outgoing.write(" ".repeat(6_000_000));
    });
    for await (const spans of readJaeger(url, everything, () => undefined)) {
      expect(spans).toEqual([span(1)]);
      break;
    }
    await wasClosed;
  });
});

it("refuses a window that ends before it starts", async () => {
  await expect(read("http://127.0.0.1:9", { startMs: 2, endMs: 1 })).rejects.toMatchObject({
    code: "HOLDUP_JAEGER_QUERY_INVALID",
  });
});
