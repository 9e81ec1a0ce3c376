import { type Format, isFields, listOf } from "./formats/format.ts";
import { jaeger } from "./formats/jaeger.ts";
import { otlp } from "./formats/otlp.ts";
import { zipkin } from "./formats/zipkin.ts";
import type { Plan } from "./json/nesting.ts";

/** The format of a JSON value and where its items are. */
export type Layout = { readonly format: Format; readonly plan: Plan };

const otlpRequest: Layout = {
  format: otlp,
  plan: { itemKeys: ["resourceSpans", "resource_spans"], itemsAreSpans: false },
};
const otlpItems: Layout = { format: otlp, plan: { itemKeys: undefined, itemsAreSpans: false } };
const jaegerAnswer: Layout = { format: jaeger, plan: { itemKeys: ["data"], itemsAreSpans: false } };
const jaegerTraces: Layout = { format: jaeger, plan: { itemKeys: undefined, itemsAreSpans: false } };
const zipkinSpans: Layout = { format: zipkin, plan: { itemKeys: undefined, itemsAreSpans: true } };

/** Detects the format by the keys of the first object; undefined when it is none of the three. */
export function layoutOf(value: unknown): Layout | undefined {
  const first = firstObject(value);
  if (first === undefined) return Array.isArray(value) && isEmptyArray(value) ? zipkinSpans : undefined;
  if (first === value && isJaegerAnswer(first)) return jaegerAnswer;
  if (holdsRequest(first)) return otlpRequest;
  if ("traceID" in first || ("spans" in first && "processes" in first)) return jaegerTraces;
  if (["scopeSpans", "scope_spans", "instrumentationLibrarySpans"].some((key) => key in first))
    return otlpItems;
  if ("traceId" in first && !isZipkinV1(first)) return zipkinSpans;
  return undefined;
}

/** The value itself if it is an object, else the first object in nested arrays. */
function firstObject(value: unknown): object | undefined {
  if (Array.isArray(value)) {
    for (const each of value) {
      const found = firstObject(each);
      if (found) return found;
    }
    return undefined;
  }
  return typeof value === "object" && value !== null ? value : undefined;
}

function isEmptyArray(value: readonly unknown[]): boolean {
  return value.every((each) => Array.isArray(each) && isEmptyArray(each));
}

/** Whether it is an export request, bare or in an envelope: Jaeger's API v3 returns `{"result":{"resourceSpans":…}}`. */
function holdsRequest(first: object): boolean {
  if ("resourceSpans" in first || "resource_spans" in first) return true;
  return "result" in first && isFields(first.result) && holdsRequest(first.result);
}

/** Whether it is `{"data":[trace, …]}`; without traces, the data is empty or null. */
function isJaegerAnswer(first: object): boolean {
  if (!("data" in first)) return false;
  if (first.data === null) return "errors" in first;
  if (!Array.isArray(first.data)) return false;
  const trace: unknown = first.data[0];
  return (
    trace === undefined || (isFields(trace) && ("spans" in trace || "traceID" in trace || isEmpty(trace)))
  );
}

/** Zipkin v1 has kinds and tags in annotations. */
function isZipkinV1(span: object): boolean {
  if ("binaryAnnotations" in span) return true;
  return (
    "annotations" in span &&
    listOf(span.annotations).some((annotation) => isFields(annotation) && "endpoint" in annotation)
  );
}

/** Whether it is the opening of a trace without a complete member. */
function isEmpty(value: object): boolean {
  return Object.keys(value).length === 0;
}

/** The items of a value that was parsed whole. */
export function* itemsOf(value: unknown, { itemKeys }: Plan): Generator<unknown> {
  if (Array.isArray(value)) {
    for (const each of value) yield* itemsOf(each, { itemKeys, itemsAreSpans: false });
  } else if (itemKeys === undefined) {
    yield value;
  } else if (isFields(value)) {
    for (const [key, inner] of Object.entries(value)) {
      if (itemKeys.includes(key) && Array.isArray(inner)) yield* inner;
      else if (typeof inner === "object" && inner !== null)
        yield* itemsOf(inner, { itemKeys, itemsAreSpans: false });
    }
  }
}

const otherContents = [
  { keys: ["resourceLogs", "resource_logs"], is: "it holds OTLP's logs" },
  { keys: ["resourceMetrics", "resource_metrics"], is: "it holds OTLP's metrics" },
];

/** Describes a value that has none of the three formats: `its top level has the keys a, b`. */
export function describe(value: unknown): string {
  const first = firstObject(value);
  if (first !== undefined) {
    const other = otherContents.find(({ keys }) => keys.some((key) => key in first));
    if (other) return other.is;
    if ("traceId" in first && isZipkinV1(first)) {
      return "it is Zipkin v1; request /api/v2/traces from Zipkin";
    }
  }
  if (isFields(value)) return describeKeys("its top level", value);
  if (Array.isArray(value)) {
    const first: unknown = value[0];
    if (isFields(first)) return describeKeys("its top level is an array whose first element", first);
    return `its top level is an array of ${first === null ? "nulls" : `${typeof first}s`}`;
  }
  return `it is ${value === null ? "null" : `one ${typeof value}`}`;
}

const maxKeys = 8;
const maxKeyLength = 40;

function describeKeys(what: string, value: object): string {
  const keys = Object.keys(value);
  if (keys.length === 0) return `${what} has no keys`;
  const named = keys.slice(0, maxKeys).map((key) => key.slice(0, maxKeyLength));
  const more = keys.length > maxKeys ? ` and ${keys.length - maxKeys} more` : "";
  return `${what} has the key${keys.length === 1 ? "" : "s"} ${named.join(", ")}${more}`;
}
