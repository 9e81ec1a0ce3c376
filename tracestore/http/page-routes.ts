import { parseTraceId } from "../jaeger/trace-id.ts";
import type { Storage } from "../storage/storage.ts";
import { sendJson, sendPlain, sendRedirect } from "./answer.ts";
import type { Call, Route } from "./routes.ts";

const noPages =
  "This is Holdup's trace store. It serves Jaeger's query API, such as /api/services, and has no pages. See traces in Holdup's " +
  "console, or point Jaeger's UI or Grafana's Jaeger data source at it.\n";

/** Redirects from Jaeger's pages to the console, probes for supervisors, and counts. */
export function pageRoutes(storage: Storage, consoleUrl: string | undefined): Route[] {
  return [
    { path: "/", answer: ({ response }) => redirect(response, "/") },
    { path: "/search", answer: ({ response }) => redirect(response, "/") },
    { path: "/trace/:id", answer: trace },
    { path: "/healthz", answer: ({ response }) => sendJson(response, 200, { status: "ok" }) },
    { path: "/readyz", answer: ready },
    { path: "/api/holdup/stats", answer: ({ response }) => sendJson(response, 200, storage.counts()) },
  ];

  function redirect(response: Call["response"], path: string): void {
    if (consoleUrl === undefined) sendPlain(response, 200, noPages);
    else sendRedirect(response, consoleUrl.replace(/\/$/, "") + path);
  }

  function trace({ response, segments: [id = ""] }: Call): void {
    // Only hex digits get into the address.
    redirect(response, `/#/trace/${Buffer.from(parseTraceId(id)).toString("hex")}`);
  }

  function ready({ response }: Call): void {
    try {
      storage.check();
      sendJson(response, 200, { status: "ready" });
    } catch {
      sendJson(response, 503, { status: "the trace database does not answer" });
    }
  }
}
