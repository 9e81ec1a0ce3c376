import { type Format, isFields, listOf, sourceOf } from "./formats/format.ts";
import { contextOf } from "./formats/ids.ts";
import { jaeger } from "./formats/jaeger.ts";
import { otlp } from "./formats/otlp.ts";
import { isSdkSpan, sdk } from "./formats/sdk.ts";
import { zipkin } from "./formats/zipkin.ts";
import type { Plan } from "./json/nesting.ts";

/** The format of a JSON value and where its items are. */
export type Layout = { readonly format: Format; readonly plan: Plan };

const outermost: Plan = { itemKeys: undefined, itemsAreSpans: false };
const outermostSpans: Plan = { itemKeys: undefined, itemsAreSpans: true };

/** Keys of OTLP's ResourceSpans; the last is Tempo's. */
const requestKeys = ["resourceSpans", "resource_spans", "batches"];
const otlpRequest: Layout = { format: otlp, plan: { itemKeys: requestKeys, itemsAreSpans: false } };
const otlpItems: Layout = { format: otlp, plan: outermost };
const jaegerAnswer: Layout = { format: jaeger, plan: { itemKeys: ["data"], itemsAreSpans: false } };
const jaegerTraces: Layout = { format: jaeger, plan: outermost };
const jaegerSpans: Layout = { format: jaeger, plan: outermostSpans };
const zipkinSpans: Layout = { format: zipkin, plan: outermostSpans };
const sdkSpans: Layout = { format: sdk, plan: outermostSpans };

const scopeKeys = [
  "scopeSpans",
  "scope_spans",
  "instrumentationLibrarySpans",
  "instrumentation_library_spans",
];

/** Detects the format by the keys of the first object, or of what it wraps; undefined when it is none of them. */
export function layoutOf(value: unknown): Layout | undefined {
  const first = firstObject(value);
  if (first === undefined) return Array.isArray(value) && isEmptyArray(value) ? zipkinSpans : undefined;
  if (first === value && isJaegerAnswer(first)) return jaegerAnswer;
  const layout = layoutOfObject(first) ?? layoutInside(first, 0);
  if (layout) return layout;
  // The rest of the first object may be cut off.
  if ("traceID" in first) return jaegerTraces;
  return "traceId" in first && !isZipkinV1(first) ? zipkinSpans : undefined;
}

function layoutOfObject(given: object): Layout | undefined {
  const first = sourceOf(given);
  if (!isFields(first)) return undefined;
  if (requestKeys.some((key) => key in first && isRequestList(first[key]))) return otlpRequest;
  if (scopeKeys.some((key) => key in first)) return otlpItems;
  if (Array.isArray(first["spans"])) {
    if ("processes" in first) return jaegerTraces;
    if ("scope" in first || "instrumentationLibrary" in first) return otlpItems;
  }
  const { trace, span } = contextOf(first);
  if (trace === undefined) return undefined;
  if (span !== undefined && ("operationName" in first || "operation_name" in first)) return jaegerSpans;
  if (isZipkinSpan(first)) return zipkinSpans;
  return isSdkSpan(first) ? sdkSpans : undefined;
}

/** Tempo's key is a common word. */
function isRequestList(list: unknown): boolean {
  const first = firstObject(list);
  if (first === undefined) return list === null || (Array.isArray(list) && isEmptyArray(list));
  return isEmpty(first) || "resource" in first || scopeKeys.some((key) => key in first);
}

/** The console exporter of OpenTelemetry's JavaScript also calls the id of a span `id`. */
function isZipkinSpan(first: Readonly<Record<string, unknown>>): boolean {
  if (!("id" in first) || isZipkinV1(first)) return false;
  const isSdk = ["attributes", "resource", "instrumentationScope", "startTime"].some((key) => key in first);
  return !isSdk && typeof first["kind"] !== "number";
}

const maxWraps = 4;

/** The layout of what an object wraps: an answer of a database or an API. */
function layoutInside(object: object, depth: number): Layout | undefined {
  if (depth > maxWraps) return undefined;
  for (const [key, inner] of Object.entries(object)) {
    const first = firstObject(inner);
    if (first === undefined) continue;
    const found = layoutOfObject(first) ?? layoutInside(first, depth + 1);
    if (!found) continue;
    const { format, plan } = found;
    if (plan.itemKeys !== undefined) return found;
    const isSingle = first === inner;
    if (!isSingle || !plan.itemsAreSpans) return { format, plan: { ...plan, itemKeys: [key], isSingle } };
  }
  return undefined;
}

/** The value itself if it is an object, else the first object in nested arrays. */
export function firstObject(value: unknown): object | undefined {
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

/** Whether it is `{"data":[trace, …]}`; without traces, the data is empty or null. */
function isJaegerAnswer(first: object): boolean {
  if (!("data" in first)) return false;
  if (first.data === null) return "errors" in first;
  if (!Array.isArray(first.data)) return false;
  const trace: unknown = first.data[0];
  if (trace === undefined) return true;
  return (
    isFields(trace) && ("spans" in trace || isEmpty(trace) || ("traceID" in trace && !("spanID" in trace)))
  );
}

/** Zipkin v1 has kinds and tags in annotations. */
export function isZipkinV1(span: object): boolean {
  if ("binaryAnnotations" in span) return true;
  return (
    "annotations" in span &&
    listOf(span.annotations).some((annotation) => isFields(annotation) && "endpoint" in annotation)
  );
}

/** Whether it is the opening of an object without a complete member. */
function isEmpty(value: object): boolean {
  return Object.keys(value).length === 0;
}

/** The items of a value that was parsed whole. */
export function* itemsOf(value: unknown, plan: Plan): Generator<unknown> {
  const { itemKeys, isSingle } = plan;
  if (Array.isArray(value)) {
    for (const each of value) yield* itemsOf(each, plan);
  } else if (itemKeys === undefined) {
    yield value;
  } else if (isFields(value)) {
    for (const [key, inner] of Object.entries(value)) {
      if (itemKeys.includes(key) && Array.isArray(inner)) yield* itemsOf(inner, outermost);
      else if (itemKeys.includes(key) && isSingle && isFields(inner)) yield inner;
      else if (typeof inner === "object" && inner !== null) yield* itemsOf(inner, plan);
    }
  }
}
