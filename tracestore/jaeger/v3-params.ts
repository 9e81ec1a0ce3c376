import type { TraceQuery } from "../storage/search.ts";
import { duration, integer, invalid, parseStringMap } from "./query-params.ts";

const defaultDepth = 100;

/**
 * Parses the `query.*` parameters of `/api/v3/trace-summaries`: camelCase as in the server's parser (apiv3/query_parser.go),
 * its snake_case aliases, and `span_name`, which jaeger-ui sends for the operation. Times are RFC 3339.
 */
export function parseV3Query(params: URLSearchParams): TraceQuery {
  const startUs = time(params, name(params, "startTimeMin", "start_time_min"));
  const endUs = time(params, name(params, "startTimeMax", "start_time_max"));
  if (startUs === undefined || endUs === undefined) throw invalid("min and max start time are required");
  if (startUs > endUs) throw invalid("min start time must be before max start time");
  const service = params.get(name(params, "serviceName", "service_name")) ?? "";
  if (service === "") throw invalid("this storage requires a service name: query.serviceName");
  const attributes = params.get("query.attributes") ?? "";
  const tags = attributes === "" ? [] : parseStringMap(attributes, "query.attributes");
  const limit = integer(params, name(params, "searchDepth", "search_depth", "num_traces")) ?? defaultDepth;
  if (limit < 0) throw invalid("malformed parameter query.searchDepth: must not be negative");
  return {
    service,
    operation: params.get(name(params, "operationName", "operation_name", "span_name")) ?? "",
    tags: tags.map(([key, value]) => ({ key, value })),
    startUs,
    endUs,
    minDurationNs: duration(params, name(params, "durationMin", "duration_min")),
    maxDurationNs: duration(params, name(params, "durationMax", "duration_max")),
    limit: limit === 0 ? defaultDepth : limit,
  };
}

/** The first of the names whose parameter is not empty. */
function name(params: URLSearchParams, ...names: readonly string[]): string {
  const full = names.map((each) => `query.${each}`);
  return full.find((each) => (params.get(each) ?? "") !== "") ?? full[0] ?? "";
}

function time(params: URLSearchParams, parameter: string): number | undefined {
  const text = params.get(parameter) ?? "";
  if (text === "") return undefined;
  const parts = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)$/.exec(text);
  const ms = parts === null ? Number.NaN : Date.parse(`${parts[1]}${parts[3]}`);
  if (Number.isNaN(ms)) throw invalid(`malformed parameter ${parameter}: ${text} is not an RFC 3339 time`);
  return ms * 1_000 + Math.floor(Number((parts?.[2] ?? "").padEnd(9, "0")) / 1_000);
}
