import { createServer, request } from "node:http";
import { pino } from "pino";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { HoldupError } from "../../core/errors.ts";
import { closeServer, listen } from "../../shared/http/server.ts";
import type { BurstProgress } from "../api.ts";
import { createRoutes, type RoutesContext } from "./routes.ts";

const token = "the-token-of-this-start";
const burst: BurstProgress = {
  ...{ id: "b", seed: 1, count: 1, sent: 0, accepted: 0, done: 0, dead: 0 },
  ...{ ended: false, startedAtMs: 0, orders: [] },
};

async function serve(change: Partial<RoutesContext> = {}) {
  const startBurst = vi.fn(async () => burst);
  const sendOrder = vi.fn(async () => ({ orderId: "o", traceId: "t" }));
  const endBurst = vi.fn();
  const app = createRoutes({
    token,
    ownNames: ["console.example"],
    pageDir: "/nowhere",
    historyMs: 900_000,
    checks: {},
    window: async (window) => new TextEncoder().encode(JSON.stringify(window)),
    order: () => Promise.reject(new HoldupError("HOLDUP_ORDER_NOT_FOUND", "No such order.")),
    join: (_, response) => void response.end(),
    sendOrder,
    startBurst,
    endBurst,
    log: pino({ level: "silent" }),
    ...change,
  });
  const server = createServer(app);
  const port = await listen(server, 0, "127.0.0.1");
  onTestFinished(() => closeServer(server));

  type Sent = { method?: string; headers?: Record<string, string>; body?: string };
  /** Without `fetch`, which sets Host and Origin itself. */
  function send(path: string, { method = "GET", headers = {}, body }: Sent = {}) {
    return new Promise<{ status: number | undefined; headers: NodeJS.Dict<string | string[]>; text: string }>(
      (resolve, reject) => {
        const asked = request({ host: "127.0.0.1", port, path, method, headers, agent: false }, (answer) => {
          let text = "";
          answer.setEncoding("utf8").on("data", (part: string) => {
            text += part;
          });
          answer.on("end", () => resolve({ status: answer.statusCode, headers: answer.headers, text }));
        });
        asked.on("error", reject);
        asked.end(body);
      },
    );
  }
  const host = `127.0.0.1:${port}`;
  const own = {
    host,
    origin: `http://${host}`,
    "sec-fetch-site": "same-origin",
    "x-holdup-token": token,
    "content-type": "application/json",
  };
  const post = (path: string, body: unknown, headers: Record<string, string | undefined> = {}) => {
    const all = Object.entries({ ...own, ...headers }).filter(([, value]) => value !== undefined);
    const text = typeof body === "string" ? body : JSON.stringify(body);
    return send(path, { method: "POST", headers: Object.fromEntries(all), body: text });
  };
  return { port, send, post, own, startBurst, sendOrder, endBurst };
}

const codeOf = (text: string) => JSON.parse(text).code;

describe("every request", () => {
  it.each([
    "evil.example",
    "evil.example:8090",
    "127.0.0.1.evil.example",
    "localhost.evil.example",
    "evil.example#localhost",
    "localhost@evil.example",
    "169.254.169.254",
  ])("by the host name %j is refused, whatever its path", async (host) => {
    const { send } = await serve();
    for (const path of ["/", "/api/window", "/api/live", "/healthz", "/assets/a.js"]) {
      const { status, text } = await send(path, { headers: { host } });
      expect([status, codeOf(text)]).toEqual([403, "HOLDUP_HOST_FOREIGN"]);
    }
  });

  it.each(["localhost", "LOCALHOST:1", "127.0.0.1:8090", "[::1]:8090", "console.example:443"])(
    "by the host name %s is answered",
    async (host) => {
      const { send } = await serve();
      expect((await send("/api/window", { headers: { host } })).status).toBe(200);
    },
  );

  it("is answered with a policy that allows no other origin and nothing inline, and without CORS", async () => {
    const { send, own } = await serve();
    for (const path of ["/", "/api/window", "/nothing"]) {
      const { headers } = await send(path, { headers: { host: own.host, origin: "http://evil.example" } });
      expect(headers["content-security-policy"]).toMatch(/^default-src 'none'; script-src 'self';/);
      expect(headers["content-security-policy"]).not.toContain("unsafe");
      expect(headers["x-content-type-options"]).toBe("nosniff");
      expect(headers["x-frame-options"]).toBe("DENY");
      expect(Object.keys(headers).filter((name) => name.startsWith("access-control"))).toEqual([]);
    }
  });

  it("from another site's page is refused, even if it only reads", async () => {
    const { send, own } = await serve();
    for (const site of ["cross-site", "same-site"]) {
      const { status, text } = await send("/api/live", {
        headers: { host: own.host, "sec-fetch-site": site },
      });
      expect([status, codeOf(text)]).toEqual([403, "HOLDUP_PAGE_FOREIGN"]);
    }
  });
});

describe("a request that changes something", () => {
  it("is done for the console's own page", async () => {
    const { post, send, own, startBurst, sendOrder, endBurst } = await serve();
    expect((await post("/api/bursts", { count: 3 })).status).toBe(202);
    expect(startBurst).toHaveBeenCalledWith({ count: 3 });
    expect((await post("/api/orders", { item: "a", quantity: 1 })).status).toBe(202);
    expect(sendOrder).toHaveBeenCalledWith({ item: "a", quantity: 1 });
    expect((await send("/api/bursts", { method: "DELETE", headers: own })).status).toBe(204);
    expect(endBurst).toHaveBeenCalledOnce();
  });

  it.each([
    ["without the token", { "x-holdup-token": undefined }],
    ["with another token", { "x-holdup-token": "the-token-of-that-start" }],
    ["with a longer token", { "x-holdup-token": `${token}x` }],
    ["from a foreign origin", { origin: "http://evil.example" }],
    ["from the origin null", { origin: "null" }],
    ["from another port", { origin: "http://127.0.0.1:1" }],
    ["from a cross-site page", { "sec-fetch-site": "cross-site" }],
    ["from another port's page", { "sec-fetch-site": "same-site" }],
    ["from the address bar", { "sec-fetch-site": "none" }],
    ["without any origin", { "sec-fetch-site": undefined, origin: undefined }],
  ])("is refused %s", async (_, headers) => {
    const { post, startBurst, sendOrder } = await serve();
    for (const [path, body] of [
      ["/api/bursts", { count: 1 }],
      ["/api/orders", { item: "a", quantity: 1 }],
    ] as const) {
      const { status, text } = await post(path, body, headers);
      expect([status, codeOf(text)]).toEqual([403, "HOLDUP_PAGE_FOREIGN"]);
    }
    expect(startBurst).not.toHaveBeenCalled();
    expect(sendOrder).not.toHaveBeenCalled();
  });

  it("is refused when a foreign page asks to end a burst", async () => {
    const { send, own, endBurst } = await serve();
    const headers = { ...own, "x-holdup-token": "" };
    expect((await send("/api/bursts", { method: "DELETE", headers })).status).toBe(403);
    expect(endBurst).not.toHaveBeenCalled();
  });

  it.each(["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"])(
    "is refused as %s",
    async (type) => {
      const { post } = await serve();
      const { status, text } = await post("/api/bursts", { count: 1 }, { "content-type": type });
      expect([status, codeOf(text)]).toEqual([415, "HOLDUP_CONTENT_TYPE_UNSUPPORTED"]);
    },
  );

  it("is refused with more than 16 KiB", async () => {
    const { post } = await serve();
    const { status, text } = await post("/api/bursts", '{"count":1}'.padEnd(16 * 1024 + 1));
    expect([status, codeOf(text)]).toEqual([413, "HOLDUP_BODY_TOO_LARGE"]);
  });

  it.each([
    [{ count: 1001 }, "from 1 to 1000"],
    [{ count: 0 }, "from 1 to 1000"],
    [{ count: 1.5 }, "whole number"],
    [{ count: 5, rate: 101 }, "0.1 to 100 orders a second"],
    [{ count: 5, rate: 0 }, "0.1 to 100 orders a second"],
    [{ count: 101 }, "rate"],
    [{ count: 5, items: 0 }, "items"],
    [{ count: 5, seed: -1 }, "seed"],
    [{ count: 5, force: "all" }, "force"],
    [{ count: 5, forced: [] }, "forced"],
    [{}, "count"],
    [[], "body"],
  ])("is refused for the burst %j, with what is allowed", async (body, says) => {
    const { post, startBurst } = await serve();
    const { status, text, headers } = await post("/api/bursts", body);
    expect([status, headers["content-type"], codeOf(text)]).toEqual([
      400,
      "application/problem+json; charset=utf-8",
      "HOLDUP_BURST_INVALID",
    ]);
    expect(JSON.parse(text).detail).toContain(says);
    expect(startBurst).not.toHaveBeenCalled();
  });
});

describe("the other routes", () => {
  it("answer a wrong window, method, path and order with a problem", async () => {
    const { send, own } = await serve();
    const headers = { host: own.host };
    for (const [path, method, status, code] of [
      ["/api/window?fromMs=now", "GET", 400, "HOLDUP_QUERY_INVALID"],
      ["/api/window?fromMs=2&toMs=1", "GET", 400, "HOLDUP_QUERY_INVALID"],
      ["/api/window?fromMs=1&fromMs=2", "GET", 400, "HOLDUP_QUERY_INVALID"],
      ["/api/window", "POST", 405, "HOLDUP_METHOD_NOT_ALLOWED"],
      ["/api/orders/x", "GET", 404, "HOLDUP_ORDER_NOT_FOUND"],
      ["/api/nothing", "GET", 404, "HOLDUP_ROUTE_NOT_FOUND"],
      ["/%2e%2e/%2e%2e/etc/passwd", "GET", 404, "HOLDUP_ROUTE_NOT_FOUND"],
    ] as const) {
      const answer = await send(path, { method, headers });
      expect([path, answer.status, codeOf(answer.text)]).toEqual([path, status, code]);
    }
  });
});
