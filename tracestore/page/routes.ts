import { sendHtml, sendJson } from "../http/answer.ts";
import type { Call, Route } from "../http/routes.ts";
import { parseTraceId } from "../jaeger/trace-id.ts";
import type { Storage } from "../storage/storage.ts";
import { homePage } from "./home.ts";
import { styleHash } from "./html.ts";
import { missingTracePage, tracePage } from "./trace.ts";

/** Pages for people, probes for supervisors, and figures for both. */
export function pageRoutes(storage: Storage, ports: () => { otlp: number; query: number }): Route[] {
  return [
    { path: "/", answer: home },
    { path: "/search", answer: home },
    { path: "/trace/:id", answer: trace },
    { path: "/healthz", answer: ({ response }) => sendJson(response, 200, { status: "ok" }) },
    { path: "/readyz", answer: ready },
    { path: "/api/holdup/stats", answer: ({ response }) => sendJson(response, 200, storage.counts()) },
  ];

  function home({ response }: Call): void {
    const { otlp, query } = ports();
    sendHtml(response, 200, homePage(storage, otlp, query), styleHash);
  }

  function trace({ response, parts: [id = ""] }: Call): void {
    const row = storage.rowOf(parseTraceId(id));
    const stored = row === undefined ? undefined : storage.trace(row);
    if (stored === undefined) sendHtml(response, 404, missingTracePage(id), styleHash);
    else sendHtml(response, 200, tracePage(stored), styleHash);
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
