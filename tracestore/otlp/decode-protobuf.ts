import { PbfReader } from "pbf";
import { HoldupError } from "../../core/errors.ts";
import { decodeResource, decodeScope } from "./decode-span.ts";
import type { IncomingGroup, IncomingRequest, IncomingSpan } from "./incoming.ts";
import type { Resource } from "./model.ts";
import { createRejections, type Rejections } from "./rejections.ts";
import { shallowSpan } from "./shallow-span.ts";
import { expectEnd, lengthEnd, malformed, readBytes } from "./wire.ts";

const nothing = new Uint8Array(0);

/**
 * Decodes an ExportTraceServiceRequest into spans ready to store. Spans with invalid ids are left out and counted; anything
 * else that does not fit the schema throws HOLDUP_OTLP_MALFORMED, before any span is stored.
 */
export function decodeProtobuf(bytes: Uint8Array): IncomingRequest {
  try {
    return readRequest(bytes);
  } catch (error) {
    if (error instanceof HoldupError) throw error;
    // pbf and DataView throw plain errors for overlong varints and reads past the end.
    throw malformed("the bytes are not an ExportTraceServiceRequest", error);
  }
}

function readRequest(bytes: Uint8Array): IncomingRequest {
  const pbf = new PbfReader(bytes);
  const groups: IncomingGroup[] = [];
  const rejections = createRejections();
  const end = pbf.length;
  for (let field = pbf.nextField(end); field !== 0; field = pbf.nextField(end)) {
    if (field === 1) readResourceSpans(readBytes(pbf, end, "resourceSpans"), groups, rejections);
  }
  expectEnd(pbf, end, "request");
  const spanCount = groups.reduce((sum, group) => sum + group.spans.length, 0);
  return { groups, spanCount, rejectedSpans: rejections.count(), errorMessage: rejections.message() };
}

/** Protobuf has no field order, so the spans wait until the resource is known. */
function readResourceSpans(bytes: Uint8Array, groups: IncomingGroup[], rejections: Rejections): void {
  const pbf = new PbfReader(bytes);
  const end = pbf.length;
  const scopeSpans: Uint8Array[] = [];
  let resource: Uint8Array = nothing;
  for (let field = pbf.nextField(end); field !== 0; field = pbf.nextField(end)) {
    if (field === 1) resource = readBytes(pbf, end, "resource");
    else if (field === 2) scopeSpans.push(readBytes(pbf, end, "scopeSpans"));
  }
  expectEnd(pbf, end, "resourceSpans");
  const service = serviceName(decodeResource(resource));
  for (const each of scopeSpans) groups.push(readScopeSpans(each, resource, service, rejections));
}

function readScopeSpans(
  bytes: Uint8Array,
  resource: Uint8Array,
  service: string,
  rejections: Rejections,
): IncomingGroup {
  const pbf = new PbfReader(bytes);
  const end = pbf.length;
  const spans: IncomingSpan[] = [];
  let scope: Uint8Array = nothing;
  for (let field = pbf.nextField(end); field !== 0; field = pbf.nextField(end)) {
    if (field === 1) scope = readBytes(pbf, end, "scope");
    else if (field === 2) {
      const span = shallowSpan(pbf, lengthEnd(pbf, end, "span"), rejections);
      if (span !== undefined) spans.push(span);
    }
  }
  expectEnd(pbf, end, "scopeSpans");
  decodeScope(scope); // throws when it is malformed
  return { service, resource, scope, spans };
}

/** Missing names are replaced as in Jaeger (internal/jptrace/sanitizer/emptyservicename.go). */
function serviceName(resource: Resource): string {
  const found = resource.attributes.find((attribute) => attribute.key === "service.name");
  if (found === undefined) return "missing-service-name";
  if (!("stringValue" in found.value)) return "service-name-wrong-type";
  return found.value.stringValue || "empty-service-name";
}
