import { Agent, request } from "node:http";
import { z } from "zod";
import type { OrderRequest } from "../shared/pipeline/order.ts";
import { stageNames } from "../shared/pipeline/stages.ts";
import type { OrderAnswer } from "./ledger.ts";

/** An order has no trace when the API runs without tracing. */
const acceptance = z.looseObject({ orderId: z.string().min(1), traceId: z.string().nullable() });
const health = z.looseObject({ status: z.string(), checks: z.looseObject({}) });
const problem = z.looseObject({ title: z.string() });
const stageState = z.looseObject({
  startedAt: z.iso.datetime(),
  endedAt: z.iso.datetime().nullish(),
});
const apiOrder = z.looseObject({
  status: z.string(),
  stages: z.partialRecord(z.enum(stageNames), stageState),
});
export type ApiOrder = z.infer<typeof apiOrder>;

/** Time limit for a status request, ms; it is repeated later. */
const lookTimeoutMs = 10_000;
const maxBytes = 1_000_000;

/**
 * An unsampled trace context (the 00 at the end): otherwise following a burst would leave more traces than its orders.
 * https://www.w3.org/TR/trace-context/#sampled-flag
 */
const unsampled = { traceparent: "00-00000000000000000000000000000001-0000000000000001-00" };

/** The order API over HTTP, with at most `maxSockets` connections, which are kept alive. */
export function createOrderApi(options: { readonly url: string; readonly maxSockets: number }) {
  const agent = new Agent({ keepAlive: true, maxSockets: options.maxSockets });

  function call(method: string, path: string, signal: AbortSignal, body?: string): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const headers =
        body === undefined
          ? unsampled
          : { "content-type": "application/json", "content-length": Buffer.byteLength(body) };
      const outgoing = request(new URL(path, options.url), { method, agent, headers, signal }, (answer) => {
        let text = "";
        answer.setEncoding("utf8");
        answer.on("data", (part: string) => {
          text += part;
          if (text.length > maxBytes) answer.destroy(new Error(`answer of more than ${maxBytes} bytes`));
        });
        answer.on("end", () => resolve({ status: answer.statusCode ?? 0, body: parse(text) }));
        answer.on("error", reject);
      });
      outgoing.on("error", reject);
      outgoing.end(body);
    });
  }

  return {
    /** Posts an order. Never throws: an error becomes the reason of a refusal. */
    async post(order: OrderRequest, signal: AbortSignal): Promise<OrderAnswer> {
      const { item, quantity, seed, workload } = order;
      try {
        const answer = await call(
          "POST",
          "/order",
          signal,
          JSON.stringify({ item, quantity, seed, workload }),
        );
        if (answer.status !== 202) return { accepted: false, isKnown: true, reason: refusal(answer) };
        const body = acceptance.safeParse(answer.body);
        if (!body.success) return { accepted: false, isKnown: false, reason: "202 without an order id" };
        const { orderId, traceId } = body.data;
        return { accepted: true, orderId, ...(traceId !== null && { traceId }) };
      } catch (thrown) {
        return {
          accepted: false,
          isKnown: neverSent.includes(codeOf(thrown)),
          reason: signal.aborted ? "no answer by the end" : connectionProblem(thrown),
        };
      }
    },
    /** The API's answer about an order; undefined without one yet. */
    async look(orderId: string, signal: AbortSignal): Promise<ApiOrder | undefined> {
      try {
        const limit = AbortSignal.any([signal, AbortSignal.timeout(lookTimeoutMs)]);
        const answer = await call("GET", `/order/${encodeURIComponent(orderId)}`, limit);
        const body = apiOrder.safeParse(answer.body);
        return answer.status === 200 && body.success ? body.data : undefined;
      } catch {
        return undefined;
      }
    },
    /** What listens there. A server that is too slow to answer counts as the order API. */
    async identify(signal: AbortSignal): Promise<"order API" | "something else" | "nothing"> {
      try {
        const limit = AbortSignal.any([signal, AbortSignal.timeout(lookTimeoutMs)]);
        const answer = await call("GET", "/healthz", limit);
        return health.safeParse(answer.body).success ? "order API" : "something else";
      } catch (thrown) {
        const code = codeOf(thrown);
        if (code === "ECONNREFUSED") return "nothing";
        // Errors of Node's HTTP parser: the answer is not HTTP.
        return code.startsWith("HPE_") ? "something else" : "order API";
      }
    },
    close: () => agent.destroy(),
  };
}

type Answer = { readonly status: number; readonly body: unknown };

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function refusal({ status, body }: Answer): string {
  const { data } = problem.safeParse(body);
  return data ? `${status} ${data.title.slice(0, 100)}` : `HTTP ${status}`;
}

const connectionProblems: Readonly<Record<string, string>> = {
  ECONNREFUSED: "connection refused",
  ECONNRESET: "connection reset",
  EPIPE: "connection reset",
  ETIMEDOUT: "connection timed out",
  EMFILE: "this computer allows no more open sockets (ulimit -n)",
};

/** Without a connection nothing was sent. After any other error Kafka may have the order. */
const neverSent: readonly string[] = ["ECONNREFUSED", "EMFILE"];

function connectionProblem(thrown: unknown): string {
  const code = codeOf(thrown);
  return connectionProblems[code] ?? `connection failed (${code})`;
}

function codeOf(thrown: unknown): string {
  return thrown instanceof Error && "code" in thrown ? String(thrown.code) : String(thrown);
}
