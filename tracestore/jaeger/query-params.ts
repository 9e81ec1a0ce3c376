import { HoldupError, messageOf } from "../../core/errors.ts";
import type { TraceQuery } from "../storage/search.ts";
import type { Tag } from "../storage/tag-match.ts";
import { parseGoDuration } from "./duration.ts";
import { parseTraceId } from "./trace-id.ts";

const defaultLimit = 100;
const defaultLookbackMs = 2 * 24 * 3_600_000;

export type TracesParams = {
  readonly query: TraceQuery;
  readonly traceIds: readonly Uint8Array[];
  readonly raw: boolean;
};

/**
 * Parses the parameters of `/api/traces` with Jaeger's rules and errors (jaegerquery, query_parser.go). `lookback` counts
 * back from `end` when there is no `start`; Jaeger's server ignores it because its UI always sends `start`.
 */
export function parseTracesParams(params: URLSearchParams, nowMs = Date.now()): TracesParams {
  const endUs = integer(params, "end") ?? nowMs * 1_000;
  const startUs = integer(params, "start") ?? endUs - lookbackMs(params) * 1_000;
  const minDurationNs = duration(params, "minDuration");
  const maxDurationNs = duration(params, "maxDuration");
  const traceIds = params.getAll("traceID").map(parseTraceId);
  const query: TraceQuery = {
    service: params.get("service") ?? "",
    operation: params.get("operation") ?? "",
    tags: parseTags(params.getAll("tag"), params.getAll("tags")),
    startUs,
    endUs,
    minDurationNs,
    maxDurationNs,
    limit: integer(params, "limit") ?? defaultLimit,
  };
  if (traceIds.length === 0) checkQuery(query);
  return { query, traceIds, raw: parseBool(params, "raw") };
}

function checkQuery(query: TraceQuery): void {
  if (query.service === "") throw invalid("parameter 'service' is required");
  if (query.limit <= 0) throw invalid("invalid parameter: limit must be greater than 0");
  if (query.startUs > query.endUs) throw invalid("invalid parameter: start time must be before end time");
  const { minDurationNs, maxDurationNs } = query;
  if (minDurationNs !== 0 && maxDurationNs !== 0 && maxDurationNs < minDurationNs) {
    throw invalid("'maxDuration' should be greater than 'minDuration'");
  }
}

/** `tag=key:value`, repeatable, and `tags={"key":"value"}`; the last value of a key wins. */
function parseTags(simple: readonly string[], json: readonly string[]): Tag[] {
  const tags = new Map<string, string>();
  for (const tag of simple) {
    const colon = tag.indexOf(":");
    if (colon < 0) throw invalid(`malformed 'tag' parameter, expecting key:value, received: ${tag}`);
    tags.set(tag.slice(0, colon), tag.slice(colon + 1));
  }
  for (const text of json) for (const [key, value] of parseStringMap(text, "tags")) tags.set(key, value);
  return [...tags].map(([key, value]) => ({ key, value }));
}

/** Parses a JSON object of strings; numbers and booleans count as their text, which Jaeger refuses. */
export function parseStringMap(text: string, name: string): [string, string][] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    throw invalid(`malformed '${name}' parameter, cannot unmarshal JSON: ${messageOf(error)}`);
  }
  if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed)) {
    throw invalid(`malformed '${name}' parameter, cannot unmarshal JSON: expected an object of strings`);
  }
  return Object.entries(parsed).map(([key, value]) => {
    if (typeof value === "object") {
      throw invalid(`malformed '${name}' parameter, cannot unmarshal JSON: ${key} is not a string`);
    }
    return [key, String(value)];
  });
}

function lookbackMs(params: URLSearchParams): number {
  const text = params.get("lookback") ?? "";
  const days = /^(\d+)([dw])$/.exec(text);
  if (days !== null) return Number(days[1]) * (days[2] === "w" ? 7 : 1) * 24 * 3_600_000;
  if (text === "" || text === "custom") return defaultLookbackMs;
  return duration(params, "lookback") / 1e6;
}

export function integer(params: URLSearchParams, name: string): number | undefined {
  const text = params.get(name) ?? "";
  if (text === "") return undefined;
  const number = Number(text);
  if (/^[-+]?\d+$/.test(text) && Number.isSafeInteger(number)) return number;
  throw invalid(
    `unable to parse param '${name}': strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`,
  );
}

export function duration(params: URLSearchParams, name: string): number {
  const text = params.get(name) ?? "";
  if (text === "") return 0;
  try {
    return parseGoDuration(text);
  } catch (error) {
    throw invalid(`unable to parse param '${name}': ${messageOf(error)}`);
  }
}

/** Accepts the words of Go's strconv.ParseBool. */
export function parseBool(params: URLSearchParams, name: string): boolean {
  const text = params.get(name) ?? "";
  if (/^(1|t|T|TRUE|true|True)$/.test(text)) return true;
  if (/^(|0|f|F|FALSE|false|False)$/.test(text)) return false;
  throw invalid(
    `unable to parse param '${name}': strconv.ParseBool: parsing ${JSON.stringify(text)}: invalid syntax`,
  );
}

export function invalid(message: string): HoldupError {
  return new HoldupError("HOLDUP_QUERY_INVALID", message);
}
