import { sendJson } from "../http/answer.ts";
import type { Call, Route } from "../http/routes.ts";
import { spanKinds } from "../otlp/model.ts";
import type { Storage } from "../storage/storage.ts";
import { sendV3Error } from "./envelope.ts";
import { toTracesData } from "./otlp-trace.ts";
import { invalid } from "./query-params.ts";
import { summarize, type TraceSummary } from "./summary.ts";
import { parseTraceId } from "./trace-id.ts";
import { parseV3Query } from "./v3-params.ts";

/**
 * The routes of Jaeger's `/api/v3` that its UI calls (jaeger-ui, src/api/v3/client.ts): names, search results as
 * summaries, one trace as OTLP, and the capabilities of a search.
 */
export function jaegerV3Routes(storage: Storage): Route[] {
  return [
    { path: "/api/v3/services", answer: services },
    { path: "/api/v3/operations", answer: operations },
    { path: "/api/v3/trace-summaries", answer: summaries },
    { path: "/api/v3/traces/:id", answer: trace },
    { path: "/api/v3/capabilities", answer: capabilities },
  ];

  function services({ response }: Call): void {
    sendJson(response, 200, { services: storage.services() });
  }

  function operations({ response, params }: Call): void {
    const service = params.get("service") ?? "";
    if (service === "") throw invalid("parameter 'service' is required");
    const spanKind = params.get("spanKind") ?? params.get("span_kind") ?? "";
    const found = storage
      .operations(service)
      .filter(({ kind }) => spanKind === "" || spanKinds[kind] === spanKind)
      // Only this endpoint shows an unspecified kind as "internal".
      .map(({ name, kind }) => ({ name, spanKind: spanKinds[kind] || "internal" }));
    sendJson(response, 200, { operations: found });
  }

  async function summaries({ response, params }: Call): Promise<void> {
    const found: TraceSummary[] = [];
    for await (const row of storage.search(parseV3Query(params))) {
      const outline = storage.outline(row);
      if (outline !== undefined) found.push(summarize(outline.traceId, outline.spans));
    }
    sendJson(response, 200, { summaries: found });
  }

  function trace({ response, segments }: Call): void {
    const row = storage.rowOf(parseTraceId(segments[0] ?? ""));
    const found = row === undefined ? undefined : storage.trace(row);
    if (found === undefined) sendV3Error(response, 404, "No traces found");
    else sendJson(response, 200, { result: toTracesData(found) });
  }

  /** All conditions of a search must hold for the same span. */
  function capabilities({ response }: Call): void {
    sendJson(response, 200, { search: { sameSpanConjunction: true } });
  }
}
