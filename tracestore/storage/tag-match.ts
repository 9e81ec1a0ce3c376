import { type AnyValue, type KeyValue, spanKinds, statusError, statusOk } from "../otlp/model.ts";
import { valueText } from "../otlp/value-text.ts";
import type { Origin, StoredSpan } from "./read.ts";

export type Tag = { readonly key: string; readonly value: string };

const statusNames = ["UNSET", "OK", "ERROR"];

/**
 * Whether one span has a tag, with values compared as text. As in Jaeger (storage/v2/memory) a tag can be an attribute of span,
 * scope, resource, events or links; `error`, `span.kind`, `span.status` and `scope.*` are fields of the span, and so are the
 * names of these fields in a trace (`otel.status_code` ...).
 */
export function spanHasTag({ span, origin }: StoredSpan, tag: Tag): boolean {
  const { key, value } = tag;
  const field = fieldText({ span, origin }, key);
  if (field !== undefined && sameText(key, field, value)) return true;
  return (
    hasAttribute(span.attributes, tag) ||
    originHasTag(origin, tag) ||
    span.events.some(
      (event) => (key === "event" && event.name === value) || hasAttribute(event.attributes, tag),
    ) ||
    span.links.some((link) => hasAttribute(link.attributes, tag))
  );
}

/** Whether every span of this resource and scope has the tag. */
export function originHasTag(origin: Origin, tag: Tag): boolean {
  const { key, value } = tag;
  if (key === "scope.name" || key === "otel.scope.name") return origin.scope.name === value;
  if (key === "scope.version" || key === "otel.scope.version") return origin.scope.version === value;
  if (key.startsWith("resource.")) {
    const bare = { key: key.slice("resource.".length), value };
    if (hasAttribute(origin.resource.attributes, bare)) return true;
  }
  return hasAttribute(origin.scope.attributes, tag) || hasAttribute(origin.resource.attributes, tag);
}

/** Tags that are fields of the span message; their key is not in its bytes. */
export const fieldTags = new Set([
  "error",
  "event",
  "span.kind",
  "span.status",
  "otel.status_code",
  "otel.status_description",
  "w3c.tracestate",
]);

function fieldText({ span }: StoredSpan, key: string): string | undefined {
  switch (key) {
    case "error":
      if (span.status.code === statusError) return "true";
      return span.status.code === statusOk ? "false" : undefined;
    case "span.kind":
      return spanKinds[span.kind];
    case "span.status":
      return statusNames[span.status.code];
    case "otel.status_code":
      return span.status.code === 0 ? undefined : statusNames[span.status.code];
    case "otel.status_description":
      return span.status.message;
    case "w3c.tracestate":
      return span.traceState;
    default:
      return undefined;
  }
}

/** Jaeger accepts kind and status in upper and lower case. */
function sameText(key: string, field: string, value: string): boolean {
  const anyCase = key === "span.kind" || key === "span.status";
  return anyCase ? field.toUpperCase() === value.toUpperCase() : field === value;
}

function hasAttribute(attributes: readonly KeyValue[], tag: Tag): boolean {
  return attributes.some(({ key, value }) => key === tag.key && isText(value, tag.value));
}

function isText(value: AnyValue, text: string): boolean {
  return valueText(value) === text;
}
