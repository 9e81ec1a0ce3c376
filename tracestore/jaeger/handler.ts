import type { ServerResponse } from "node:http";
import type { Logger } from "pino";
import { HoldupError, messageOf } from "../../core/errors.ts";
import { foreignHostMessage, type HostCheck } from "../http/hosts.ts";
import type { Handler } from "../http/listener.ts";
import { findRoute, type Route } from "../http/routes.ts";
import { sendError, sendV3Error } from "./envelope.ts";

export type QueryHandlerOptions = {
  readonly routes: readonly Route[];
  readonly isServedHost: HostCheck;
  readonly log: Logger;
};

/** Serves the query port: GET and HEAD only, errors in Jaeger's shapes. */
export function createQueryHandler({ routes, isServedHost, log }: QueryHandlerOptions): Handler {
  return (request, response) => {
    request.resume();
    const [path = "/", query = ""] = splitOnce(request.url ?? "/", "?");
    const refuse = (status: number, message: string) => {
      if (response.headersSent) response.destroy();
      else if (path.startsWith("/api/v3/")) sendV3Error(response, status, message);
      else sendError(response, status, message);
    };
    if (!isServedHost(request.headers.host)) return refuse(403, foreignHostMessage);
    if (request.method !== "GET" && request.method !== "HEAD") {
      response.setHeader("allow", "GET, HEAD");
      return refuse(405, `${request.method} is not allowed here; use GET.`);
    }
    const found = findRoute(routes, path);
    if (found === undefined)
      return refuse(404, `There is nothing at ${path}; Jaeger's query API is under /api/.`);
    const call = { request, response, segments: found.segments, params: new URLSearchParams(query) };
    run(() => found.route.answer(call)).catch((error: unknown) => fail(error, response, refuse));
  };

  function fail(
    error: unknown,
    response: ServerResponse,
    refuse: (status: number, message: string) => void,
  ): void {
    if (error instanceof HoldupError && error.code === "HOLDUP_QUERY_INVALID") {
      refuse(400, error.message);
    } else if (!response.destroyed) {
      log.error({ err: error }, "A query failed");
      refuse(500, messageOf(error));
    }
  }
}

async function run(work: () => void | Promise<void>): Promise<void> {
  await work();
}

function splitOnce(text: string, separator: string): string[] {
  const at = text.indexOf(separator);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}
