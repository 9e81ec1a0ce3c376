import express, { type Express, type Request, type Response } from "express";
import { z } from "zod";
import { HoldupError } from "../../core/errors.ts";
import { number } from "../../core/settings.ts";
import { answerError, readJson, refuseMethod, requireJson } from "../../shared/http/json-api.ts";
import { answerProbe, type Checks } from "../../shared/http/probes.ts";
import { fieldErrors, sendProblem } from "../../shared/http/problems.ts";
import { type OrderRequest, orderRequest } from "../../shared/pipeline/order.ts";
import type { Logger } from "../../shared/telemetry/log.ts";
import type { BurstProgress, OrderAnswer, SentOrder } from "../api.ts";
import { type BurstRequest, burstRequest } from "./burst-request.ts";
import { refuseForeignHost, refuseForeignPage, refuseForeignReader, setSecurityHeaders } from "./guard.ts";
import { pageFiles } from "./page-files.ts";
import type { Json, Window } from "./traces/protocol.ts";

export type RoutesContext = {
  readonly token: string;
  /** Host names of the console besides the loopback names. */
  readonly ownNames: readonly string[];
  readonly pageDir: string;
  readonly historyMs: number;
  readonly checks: Checks;
  /** JSON of a WindowAnswer. */
  readonly window: (window: Window) => Promise<Json>;
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
  const changing = [refuseForeignPage(context.token), requireJson, readJson];
  app
    .route("/api/window")
    .get(async (request, response) => {
      const json = await context.window(readWindow(request, context.historyMs));
      response.type("json").send(Buffer.from(json.buffer));
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
    throw new HoldupError("HOLDUP_ROUTE_NOT_FOUND", `There is nothing at ${request.path}. The page is at /.`);
  });
  app.use(answerError({ log: context.log, unreadable: "HOLDUP_QUERY_INVALID" }));
  return app;
}

/** The body as the schema parses it; undefined after answering with its errors. */
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

const atMs = number(0, 1e14);
const windowQuery = z.object({ fromMs: atMs.optional(), toMs: atMs.optional() });

/** The window of the query; by default the whole history. */
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
