import { sendJson } from "../http/answer.ts";
import type { Call, Route } from "../http/routes.ts";
import { spanKinds } from "../otlp/model.ts";
import type { Storage } from "../storage/storage.ts";
import { envelope, sendError } from "./envelope.ts";
import type { JaegerError, JaegerTrace } from "./model.ts";
import { integer, invalid, parseBool, parseTracesParams, type TracesParams } from "./query-params.ts";
import { streamTraces } from "./stream-traces.ts";
import { jaegerTraceId, parseTraceId } from "./trace-id.ts";
import { toJaegerTrace } from "./translate.ts";

const defaultDependencyLookbackMs = 24 * 3_600_000;

/** Jaeger's HTTP JSON API (jaegerquery, http_handler.go), for its UI, Grafana and scripts. */
export function jaegerRoutes(storage: Storage): Route[] {
  return [
    { path: "/api/services", answer: services },
    { path: "/api/services/:service/operations", answer: operationNames },
    { path: "/api/operations", answer: operations },
    { path: "/api/traces", answer: traces },
    { path: "/api/traces/:id", answer: trace },
    { path: "/api/dependencies", answer: dependencies },
  ];

  function services({ response }: Call): void {
    const names = storage.services();
    sendJson(response, 200, envelope(names, names.length));
  }

  function operationNames({ response, segments }: Call): void {
    const names = [...new Set(storage.operations(segments[0] ?? "").map(({ name }) => name))];
    sendJson(response, 200, envelope(names, names.length));
  }

  function operations({ response, params }: Call): void {
    const service = params.get("service") ?? "";
    if (service === "") throw invalid("parameter 'service' is required");
    const kindFilter = params.get("spanKind") ?? "";
    const data = storage
      .operations(service)
      .map(({ name, kind }) => ({ name, spanKind: spanKinds[kind] ?? "" }))
      .filter(({ spanKind }) => kindFilter === "" || spanKind === kindFilter);
    sendJson(response, 200, envelope(data, data.length));
  }

  async function traces({ response, params }: Call): Promise<void> {
    const parsed = parseTracesParams(params);
    const errors: JaegerError[] = [];
    const found = parsed.traceIds.length > 0 ? tracesById(parsed, errors) : tracesByQuery(parsed);
    await streamTraces(response, found, () => (errors.length > 0 ? errors : null));
  }

  function* tracesById({ traceIds, raw }: TracesParams, errors: JaegerError[]): Generator<JaegerTrace> {
    for (const traceId of traceIds) {
      const found = load(traceId, raw);
      if (found !== undefined) yield found;
      else {
        const traceID = jaegerTraceId(Buffer.from(traceId).toString("hex"));
        errors.push({ msg: "trace not found", traceID });
      }
    }
  }

  async function* tracesByQuery({ query, raw }: TracesParams): AsyncGenerator<JaegerTrace> {
    for await (const row of storage.search(query)) {
      const found = storage.trace(row);
      if (found !== undefined) yield toJaegerTrace(found, raw);
    }
  }

  function load(traceId: Uint8Array, raw: boolean): JaegerTrace | undefined {
    const row = storage.rowOf(traceId);
    const found = row === undefined ? undefined : storage.trace(row);
    return found === undefined ? undefined : toJaegerTrace(found, raw);
  }

  function trace({ response, segments, params }: Call): void {
    const found = load(parseTraceId(segments[0] ?? ""), parseBool(params, "raw"));
    if (found === undefined) sendError(response, 404, "trace not found");
    else sendJson(response, 200, envelope([found]));
  }

  /** Times are milliseconds, unlike in the rest of this API. */
  async function dependencies({ response, params }: Call): Promise<void> {
    const endMs = integer(params, "endTs") ?? Date.now();
    const lookbackMs = integer(params, "lookback") ?? defaultDependencyLookbackMs;
    const service = params.get("service") ?? "";
    const links = await storage.dependencies((endMs - lookbackMs) * 1_000, endMs * 1_000);
    const data = links.filter(
      ({ parent, child }) => service === "" || parent === service || child === service,
    );
    sendJson(response, 200, envelope(data));
  }
}
