import { createServer } from "node:http";
import { pino } from "pino";
import { describe, expect, it, onTestFinished } from "vitest";
import { HoldupError } from "../core/errors.ts";
import { closeServer, listen } from "../shared/http/server.ts";
import type { OrderRequest } from "../shared/pipeline/order.ts";
import { createRoutes, type RoutesContext } from "./routes.ts";

async function serve(change: Partial<RoutesContext> = {}) {
  const accepted: OrderRequest[] = [];
  const app = createRoutes({
    createOrder: async (request) => {
      accepted.push(request);
      return { orderId: "11111111-1111-4111-8111-111111111111" };
    },
    readOrder: async () => undefined,
    checks: { redis: async () => {} },
    isStopping: () => false,
    jaegerUrl: "http://127.0.0.1:16686",
    log: pino({ level: "silent" }),
    ...change,
  });
  const server = createServer(app);
  const port = await listen(server, 0, "127.0.0.1");
  onTestFinished(() => closeServer(server));
  const send = async (path: string, init: RequestInit = {}) => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, init);
    return { status: response.status, headers: response.headers, body: JSON.parse(await response.text()) };
  };
  const order = (body: unknown, type = "application/json") =>
    send("/order", {
      method: "POST",
      headers: { "content-type": type },
      body: typeof body === "string" ? body : JSON.stringify(body),
    });
  return { accepted, send, order };
}

describe("POST /order", () => {
  it("answers 202 with the id and where to follow the order", async () => {
    const { order, accepted } = await serve();
    const { status, body } = await order({ item: "test-product", quantity: 1 });
    expect(status).toBe(202);
    expect(body).toEqual({
      orderId: "11111111-1111-4111-8111-111111111111",
      traceId: null,
      status: "accepted",
      links: { order: "/order/11111111-1111-4111-8111-111111111111" },
    });
    expect(accepted).toEqual([{ item: "test-product", quantity: 1 }]);
  });

  it.each([
    ["a missing item", { quantity: 1 }, "item"],
    ["an empty item", { item: "", quantity: 1 }, "item"],
    ["an item of blanks", { item: "   ", quantity: 1 }, "item"],
    ["an item of 101 characters", { item: "x".repeat(101), quantity: 1 }, "item"],
    ["an item with an escape sequence", { item: "a\u001b[2J", quantity: 1 }, "item"],
    ["an item of two lines", { item: "a\nb", quantity: 1 }, "item"],
    ["half a character as item", { item: "\ud800", quantity: 1 }, "item"],
    ["a huge quantity", { item: "a", quantity: 1e308 }, "quantity"],
    ["an item that is a number", { item: 7, quantity: 1 }, "item"],
    ["a missing quantity", { item: "a" }, "quantity"],
    ["a quantity of 0", { item: "a", quantity: 0 }, "quantity"],
    ["a quantity of 1,000,001", { item: "a", quantity: 1_000_001 }, "quantity"],
    ["half a piece", { item: "a", quantity: 0.5 }, "quantity"],
    ["a quantity in quotes", { item: "a", quantity: "1" }, "quantity"],
    ["an unknown field", { item: "a", quantity: 1, colour: "red" }, "colour"],
    [
      "an unknown span",
      { item: "a", quantity: 1, workload: { brewing: "json_processing" } },
      "workload.brewing",
    ],
    [
      "an unknown operation",
      { item: "a", quantity: 1, workload: { business_logic: "nap" } },
      "workload.business_logic",
    ],
    ["a workload that is a list", { item: "a", quantity: 1, workload: [] }, "workload"],
    ["a negative seed", { item: "a", quantity: 1, seed: -1 }, "seed"],
    ["a list", [], "body"],
    ["null", "null", "body"],
    ["a number", "5", "body"],
  ])("refuses %s with 400 and names the field", async (_, body, field) => {
    const { order, accepted } = await serve();
    const answer = await order(body);
    expect(answer.status).toBe(400);
    expect(answer.headers.get("content-type")).toContain("application/problem+json");
    expect(answer.body).toMatchObject({
      type: "urn:holdup:problem:order-invalid",
      status: 400,
      code: "HOLDUP_ORDER_INVALID",
      errors: [{ field }],
    });
    expect(answer.body.detail).toContain(field);
    expect(accepted).toEqual([]);
  });

  it.each(["", "{", '{"item":"a","quantity":1', "item=a", "\u0000"])(
    "refuses %j, which is not JSON, with 400",
    async (body) => {
      const { order } = await serve();
      expect(await order(body)).toMatchObject({
        status: 400,
        body: { status: 400, code: "HOLDUP_ORDER_INVALID" },
      });
    },
  );

  it("accepts a body of 16 KiB and refuses one byte more with 413", async () => {
    const { order } = await serve();
    const padded = (bytes: number) => '{"item":"a","quantity":1}'.padEnd(bytes, " ");
    expect((await order(padded(16 * 1024))).status).toBe(202);
    expect(await order(padded(16 * 1024 + 1))).toMatchObject({
      status: 413,
      body: { code: "HOLDUP_BODY_TOO_LARGE" },
    });
  });

  it.each(["text/plain", "application/x-www-form-urlencoded", "application/jsonp"])(
    "refuses %s with 415",
    async (type) => {
      const { order } = await serve();
      expect(await order({ item: "a", quantity: 1 }, type)).toMatchObject({
        status: 415,
        body: { code: "HOLDUP_CONTENT_TYPE_UNSUPPORTED" },
      });
    },
  );

  it("accepts JSON with a charset", async () => {
    const { order } = await serve();
    expect((await order({ item: "Käse", quantity: 1 }, "application/json; charset=utf-8")).status).toBe(202);
  });

  it.each(["HOLDUP_KAFKA_UNREACHABLE", "HOLDUP_REDIS_UNREACHABLE", "HOLDUP_OVERLOADED"] as const)(
    "answers %s with 503 and when to retry",
    async (code) => {
      const { order } = await serve({ createOrder: () => Promise.reject(new HoldupError(code, "start it")) });
      const answer = await order({ item: "a", quantity: 1 });
      expect(answer).toMatchObject({ status: 503, body: { code, detail: "start it" } });
      expect(Number(answer.headers.get("retry-after"))).toBeGreaterThan(0);
    },
  );

  it("refuses orders and ends connections once it stops", async () => {
    const { order, accepted } = await serve({ isStopping: () => true });
    const answer = await order({ item: "a", quantity: 1 });
    expect(answer).toMatchObject({ status: 503, body: { code: "HOLDUP_STOPPING" } });
    expect(answer.headers.get("connection")).toBe("close");
    expect(accepted).toEqual([]);
  });

  it("answers an unexpected error with 500 and no stack", async () => {
    const { order } = await serve({ createOrder: () => Promise.reject(new TypeError("oops")) });
    const answer = await order({ item: "a", quantity: 1 });
    expect(answer).toMatchObject({ status: 500, body: { code: "HOLDUP_INTERNAL" } });
    expect(JSON.stringify(answer.body)).not.toContain("routes.test");
  });
});

describe("the other routes", () => {
  it("answer an unknown order with 404", async () => {
    const { send } = await serve();
    expect(await send("/order/nobody")).toMatchObject({
      status: 404,
      body: { code: "HOLDUP_ORDER_NOT_FOUND" },
    });
  });

  it("answer an unknown path with 404 and the paths that exist", async () => {
    const { send } = await serve();
    const { status, body } = await send("/orders");
    expect(status).toBe(404);
    expect(body.detail).toContain("POST /order");
  });

  it("answer a wrong method with 405 and the right one", async () => {
    const { send } = await serve();
    const { status, headers } = await send("/order", { method: "PUT" });
    expect([status, headers.get("allow")]).toEqual([405, "POST"]);
  });

  it("report whether the dependencies answer", async () => {
    const { send } = await serve({
      checks: { redis: () => Promise.reject(new Error("refused")), kafka: async () => {} },
    });
    expect((await send("/healthz")).status).toBe(200);
    expect(await send("/readyz")).toMatchObject({
      status: 503,
      body: { checks: { redis: "refused", kafka: "ok" } },
    });
  });
});
