import {
  type AnyValue,
  type KeyValue,
  type Scope,
  type Span,
  spanKinds,
  statusError,
} from "../otlp/model.ts";
import { valueText } from "../otlp/value-text.ts";
import type { JaegerTag } from "./model.ts";

/** Attributes as Jaeger tags; arrays and maps become JSON text. */
export function tagsOf(attributes: readonly KeyValue[]): JaegerTag[] {
  return attributes.map(({ key, value }) => tagOf(key, value));
}

function tagOf(key: string, value: AnyValue): JaegerTag {
  if ("boolValue" in value) return { key, type: "bool", value: value.boolValue };
  if ("intValue" in value) return { key, type: "int64", value: exactNumber(value.intValue) };
  if ("doubleValue" in value) return { key, type: "float64", value: value.doubleValue };
  if ("bytesValue" in value) return { key, type: "binary", value: value.bytesValue };
  return { key, type: "string", value: valueText(value) };
}

/** Jaeger writes integers that JavaScript cannot hold exactly as text, still typed int64. */
function exactNumber(decimal: string): number | string {
  const number = Number(decimal);
  return Number.isSafeInteger(number) ? number : decimal;
}

/**
 * A span's tags in the order of the collector's Jaeger translator: scope, attributes, kind, status, error, status
 * message, tracestate.
 */
export function spanTags(span: Span, scope: Scope): JaegerTag[] {
  const tags: JaegerTag[] = [];
  const add = (key: string, value: string) => {
    if (value !== "") tags.push({ key, type: "string", value });
  };
  add("otel.scope.name", scope.name);
  add("otel.scope.version", scope.version);
  tags.push(...tagsOf(span.attributes));
  add("span.kind", spanKinds[span.kind] ?? "");
  add("otel.status_code", ["", "OK", "ERROR"][span.status.code] ?? "");
  if (span.status.code === statusError) tags.push({ key: "error", type: "bool", value: true });
  add("otel.status_description", span.status.message);
  add("w3c.tracestate", span.traceState);
  return tags;
}
