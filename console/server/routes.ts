import express, { type ErrorRequestHandler, type Express, type Request, type Response } from "express";
import { z } from "zod";
import { HoldupError, toHoldupError } from "../../shared/errors.ts";
import { answerProbe, type Checks } from "../../shared/http/probes.ts";
import { fieldErrors, sendProblem } from "../../shared/http/problems.ts";
import type { Logger } from "../../shared/log.ts";
import { type OrderRequest, orderRequest } from "../../shared/order.ts";
import { number } from "../../shared/settings.ts";
import type { BurstProgress, OrderAnswer, SentOrder, WindowAnswer } from "../api.ts";
import { type BurstRequest, burstRequest } from "./burst-request.ts";
import { refuseForeignHost, refuseForeignPage, refuseForeignReader, setSecurityHeaders } from "./guard.ts";
import { pageFiles } from "./page-files.ts";
import type { Window } from "./picture.ts";

const maxBodyBytes = 16 * 1024;

export type RoutesContext = {
  readonly token: string;
  /** Names that the console answers to beside loopback's. */
  readonly ownNames: readonly string[];
  readonly pageDir: string;
  readonly historyMs: number;
  readonly checks: Checks;
  readonly window: (window: Window) => Promise<WindowAnswer>;
  readonly order: (id: string) => Promise<OrderAnswer>;
  readonly join: (request: Request, response: Response) => void;
  readonly sendOrder: (order: OrderRequest) => Promise<SentOrder>;
  readonly startBurst: (burst: BurstRequest) => Promise<BurstProgress>;
  readonly endBurst: () => void;
  readonly log: Logger;
};

/** The page, its API as in console/api.ts, and the probes; every error is a problem document. */
export function createRoutes(context: RoutesContext): Express {
  const app = express();
  app.disable("x-powered-by");
  app.disable("etag");
  app.set("query parser", "simple");
  app.use(setSecurityHeaders);
  app.use(refuseForeignHost(context.ownNames));
  app.use((request, response, next) => {
    answerProbe(request, response, context.checks).then((answered) => answered || next(), next);
  });
  app.use("/api", refuseForeignReader, (_request, response, next) => {
    response.set("cache-control", "no-store");
    next();
  });
  const changing = [
    refuseForeignPage(context.token),
    requireJson,
    express.json({ limit: maxBodyBytes, strict: false }),
  ];
  app
    .route("/api/window")
    .get(async (request, response) => {
      response.json(await context.window(readWindow(request, context.historyMs)));
    })
    .all(refuseMethod("GET"));
  app
    .route("/api/orders/:id")
    .get(async (request, response) => {
      response.json(await context.order(String(request.params["id"])));
    })
    .all(refuseMethod("GET"));
  app
    .route("/api/live")
    .get((request, response) => context.join(request, response))
    .all(refuseMethod("GET"));
  app
    .route("/api/orders")
    .post(changing, async (request: Request, response: Response) => {
      const order = parsed(orderRequest, "HOLDUP_ORDER_INVALID", request, response);
      if (order) response.status(202).json(await context.sendOrder(order));
    })
    .all(refuseMethod("POST"));
  app
    .route("/api/bursts")
    .post(changing, async (request: Request, response: Response) => {
      const burst = parsed(burstRequest, "HOLDUP_BURST_INVALID", request, response);
      if (burst) response.status(202).json(await context.startBurst(burst));
    })
    .delete(refuseForeignPage(context.token), (_request, response) => {
      context.endBurst();
      response.status(204).end();
    })
    .all(refuseMethod("POST, DELETE"));
  app.use(pageFiles(context.pageDir, context.token));
  app.use((request: Request) => {
    throw new HoldupError("HOLDUP_ROUTE_NOT_FOUND", `There is nothing at ${request.path}; the page is at /.`);
  });
  app.use(answerError(context.log));
  return app;
}

/** A body that a schema takes; undefined when it was refused, and that is answered. */
function parsed<T>(
  schema: z.ZodType<T>,
  code: "HOLDUP_ORDER_INVALID" | "HOLDUP_BURST_INVALID",
  request: Request,
  response: Response,
): T | undefined {
  const result = schema.safeParse(request.body);
  if (result.success) return result.data;
  const errors = fieldErrors(result.error);
  const detail = errors.map(({ field, message }) => `${field}: ${message}`).join("; ");
  sendProblem(response, new HoldupError(code, detail), errors);
  return undefined;
}

const moment = number(0, 1e14);
const windowQuery = z.object({ fromMs: moment.optional(), toMs: moment.optional() });

/** The window that is asked for; by default all that is kept. */
function readWindow(request: Request, historyMs: number): Window {
  const query = windowQuery.safeParse(request.query);
  if (!query.success) {
    const [issue] = query.error.issues;
    throw new HoldupError("HOLDUP_QUERY_INVALID", `${issue?.path.join(".")}: expected ${issue?.message}.`);
  }
  const toMs = query.data.toMs ?? Date.now();
  const fromMs = query.data.fromMs ?? toMs - historyMs;
  if (fromMs > toMs) {
    throw new HoldupError("HOLDUP_QUERY_INVALID", `fromMs ${fromMs} is after toMs ${toMs}.`);
  }
  return { fromMs, toMs };
}

function requireJson(request: Request, _response: Response, next: () => void): void {
  if (!request.is("application/json")) {
    throw new HoldupError(
      "HOLDUP_CONTENT_TYPE_UNSUPPORTED",
      `Content-Type is ${request.get("content-type") ?? "missing"}; send application/json.`,
    );
  }
  next();
}

function refuseMethod(allowed: string) {
  return (request: Request, response: Response) => {
    response.set("allow", allowed);
    throw new HoldupError(
      "HOLDUP_METHOD_NOT_ALLOWED",
      `${request.method} is not possible here; use ${allowed}.`,
    );
  };
}

function answerError(log: Logger): ErrorRequestHandler {
  return (thrown, _request, response, next) => {
    if (response.headersSent) {
      next(thrown);
      return;
    }
    const error = requestError(thrown) ?? toHoldupError(thrown);
    if (error.code === "HOLDUP_INTERNAL") log.error({ err: error }, "request failed");
    sendProblem(response, error);
  };
}

/** What body-parser and the router refuse, by the status that they attach. */
function requestError(thrown: unknown): HoldupError | undefined {
  if (!(thrown instanceof Error) || !("status" in thrown)) return undefined;
  const options = { cause: thrown };
  switch (thrown.status) {
    case 400:
      return new HoldupError(
        "HOLDUP_QUERY_INVALID",
        `The request cannot be read: ${thrown.message}`,
        options,
      );
    case 413:
      return new HoldupError(
        "HOLDUP_BODY_TOO_LARGE",
        `The body has more than ${maxBodyBytes} bytes.`,
        options,
      );
    case 415:
      return new HoldupError(
        "HOLDUP_CONTENT_TYPE_UNSUPPORTED",
        `The body cannot be read: ${thrown.message}`,
        options,
      );
    default:
      return undefined;
  }
}
