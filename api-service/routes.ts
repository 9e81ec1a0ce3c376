import { isSpanContextValid, TraceFlags, trace } from "@opentelemetry/api";
import express, { type Express, type Request, type Response } from "express";
import { HoldupError } from "../core/errors.ts";
import { answerError, readJson, refuseMethod, requireJson } from "../shared/http/json-api.ts";
import { answerProbe, type Checks } from "../shared/http/probes.ts";
import { fieldErrors, sendProblem } from "../shared/http/problems.ts";
import { type OrderRequest, orderRequest } from "../shared/pipeline/order.ts";
import type { OrderRecord } from "../shared/pipeline/order-store.ts";
import type { Logger } from "../shared/telemetry/log.ts";

export type RoutesContext = {
  readonly createOrder: (request: OrderRequest) => Promise<{ orderId: string }>;
  readonly readOrder: (orderId: string) => Promise<OrderRecord | undefined>;
  readonly checks: Checks;
  /** True after SIGTERM: orders are refused, and every answer closes its connection. */
  readonly isStopping: () => boolean;
  readonly jaegerUrl: string;
  readonly log: Logger;
};

/** POST /order, GET /order/:id and the probes; every error is a problem document. */
export function createRoutes(context: RoutesContext): Express {
  const app = express();
  app.disable("x-powered-by");
  app.disable("etag");
  app.use((_request, response, next) => {
    // Otherwise a client that keeps sending would delay the stop.
    if (context.isStopping()) response.set("connection", "close");
    next();
  });
  app.use((request, response, next) => {
    answerProbe(request, response, context.checks).then((answered) => answered || next(), next);
  });
  app
    .route("/order")
    .post(requireJson, readJson, (request, response) => postOrder(request, response, context))
    .all(refuseMethod("POST"));
  app
    .route("/order/:id")
    .get((request, response) => getOrder(request, response, context))
    .all(refuseMethod("GET"));
  app.use((request: Request) => {
    throw new HoldupError(
      "HOLDUP_ROUTE_NOT_FOUND",
      `There is no ${request.path} here: POST /order sends an order, GET /order/:id follows it.`,
    );
  });
  app.use(answerError({ log: context.log, unreadable: "HOLDUP_ORDER_INVALID" }));
  return app;
}

async function postOrder(request: Request, response: Response, context: RoutesContext): Promise<void> {
  if (context.isStopping()) {
    throw new HoldupError(
      "HOLDUP_STOPPING",
      "The API is stopping and accepts no more orders. Send the order again.",
    );
  }
  if (request.body === undefined) throw new HoldupError("HOLDUP_ORDER_INVALID", "The body is empty.");
  const parsed = orderRequest.safeParse(request.body);
  if (!parsed.success) {
    const errors = fieldErrors(parsed.error);
    const detail = errors.map(({ field, message }) => `${field}: ${message}`).join("; ");
    sendProblem(response, new HoldupError("HOLDUP_ORDER_INVALID", detail), errors);
    return;
  }
  const span = trace.getActiveSpan()?.spanContext();
  const { orderId } = await context.createOrder(parsed.data);
  const traced = span && isSpanContextValid(span) ? span : undefined;
  if (traced) {
    // https://www.w3.org/TR/trace-context-2/#traceresponse-header
    const flags = traced.traceFlags.toString(16).padStart(2, "0");
    response.set("traceresponse", `00-${traced.traceId}-${traced.spanId}-${flags}`);
  }
  sendJson(response.status(202), {
    orderId,
    traceId: traced?.traceId ?? null,
    status: "accepted",
    links: {
      order: `/order/${orderId}`,
      // A caller that did not sample its trace does not want it kept.
      ...(traced && traced.traceFlags & TraceFlags.SAMPLED
        ? { trace: `${context.jaegerUrl}/trace/${traced.traceId}` }
        : {}),
    },
  });
}

async function getOrder(request: Request, response: Response, context: RoutesContext): Promise<void> {
  const orderId = String(request.params["id"]);
  const record = await context.readOrder(orderId);
  if (!record) {
    throw new HoldupError(
      "HOLDUP_ORDER_NOT_FOUND",
      `Order ${orderId} is unknown: it was not accepted, is older than HOLDUP_ORDER_TTL_S, or has not reached processing yet.`,
    );
  }
  sendJson(response, record);
}

/** Ends with a newline, so that each answer to curl in a loop has its own line in a terminal. */
function sendJson(response: Response, body: object): void {
  response.type("json").send(`${JSON.stringify(body)}\n`);
}
