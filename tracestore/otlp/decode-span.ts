import { PbfReader } from "pbf";
import { readKeyValue } from "./decode-attributes.ts";
import { emptySpan, type Resource, type Scope, type Span, type SpanEvent, type SpanLink } from "./model.ts";
import {
  expectEnd,
  expectType,
  lengthEnd,
  readBytes,
  readFixed64,
  readText,
  toHex,
  wireVarint,
} from "./wire.ts";

/** Decodes all of a stored Span message. Throws HOLDUP_OTLP_MALFORMED when the bytes are not a Span. */
export function decodeSpan(bytes: Uint8Array): Span {
  const pbf = new PbfReader(bytes);
  const span = emptySpan();
  const end = pbf.length;
  for (let field = pbf.nextField(end); field !== 0; field = pbf.nextField(end)) {
    readSpanField(pbf, end, field, span);
  }
  expectEnd(pbf, end, "span");
  return span;
}

function readSpanField(pbf: PbfReader, end: number, field: number, span: Span): void {
  if (field === 1) span.traceId = toHex(readBytes(pbf, end, "traceId"));
  else if (field === 2) span.spanId = toHex(readBytes(pbf, end, "spanId"));
  else if (field === 3) span.traceState = readText(pbf, end, "traceState");
  else if (field === 4) span.parentSpanId = nonZeroHex(readBytes(pbf, end, "parentSpanId"));
  else if (field === 5) span.name = readText(pbf, end, "name");
  else if (field === 6) span.kind = pbf.readVarint();
  else if (field === 7) span.startTimeUnixNano = readFixed64(pbf);
  else if (field === 8) span.endTimeUnixNano = readFixed64(pbf);
  else if (field === 9) span.attributes.push(readKeyValue(pbf, end));
  else if (field === 10) span.droppedAttributesCount = pbf.readVarint();
  else if (field === 11) span.events.push(readEvent(pbf, end));
  else if (field === 12) span.droppedEventsCount = pbf.readVarint();
  else if (field === 13) span.links.push(readLink(pbf, end));
  else if (field === 14) span.droppedLinksCount = pbf.readVarint();
  else if (field === 15) readStatus(pbf, end, span);
  else if (field === 16) span.flags = pbf.readFixed32();
}

/** Some SDKs send eight zero bytes for "no parent". */
function nonZeroHex(bytes: Uint8Array): string {
  const hex = toHex(bytes);
  return /^0*$/.test(hex) ? "" : hex;
}

function readEvent(pbf: PbfReader, parentEnd: number): SpanEvent {
  const end = lengthEnd(pbf, parentEnd, "event");
  const event: SpanEvent = { timeUnixNano: "0", name: "", attributes: [], droppedAttributesCount: 0 };
  for (let field = pbf.nextField(end); field !== 0; field = pbf.nextField(end)) {
    if (field === 1) event.timeUnixNano = readFixed64(pbf);
    else if (field === 2) event.name = readText(pbf, end, "event name");
    else if (field === 3) event.attributes.push(readKeyValue(pbf, end));
    else if (field === 4) event.droppedAttributesCount = pbf.readVarint();
  }
  expectEnd(pbf, end, "event");
  return event;
}

function readLink(pbf: PbfReader, parentEnd: number): SpanLink {
  const end = lengthEnd(pbf, parentEnd, "link");
  const link: SpanLink = {
    traceId: "",
    spanId: "",
    traceState: "",
    attributes: [],
    droppedAttributesCount: 0,
    flags: 0,
  };
  for (let field = pbf.nextField(end); field !== 0; field = pbf.nextField(end)) {
    if (field === 1) link.traceId = toHex(readBytes(pbf, end, "link traceId"));
    else if (field === 2) link.spanId = toHex(readBytes(pbf, end, "link spanId"));
    else if (field === 3) link.traceState = readText(pbf, end, "link traceState");
    else if (field === 4) link.attributes.push(readKeyValue(pbf, end));
    else if (field === 5) link.droppedAttributesCount = pbf.readVarint();
    else if (field === 6) link.flags = pbf.readFixed32();
  }
  expectEnd(pbf, end, "link");
  return link;
}

function readStatus(pbf: PbfReader, parentEnd: number, span: Span): void {
  const end = lengthEnd(pbf, parentEnd, "status");
  for (let field = pbf.nextField(end); field !== 0; field = pbf.nextField(end)) {
    if (field === 2) span.status.message = readText(pbf, end, "status message");
    else if (field === 3) span.status.code = pbf.readVarint();
  }
  expectEnd(pbf, end, "status");
}

export function decodeResource(bytes: Uint8Array): Resource {
  const pbf = new PbfReader(bytes);
  const resource: Resource = { attributes: [], droppedAttributesCount: 0 };
  const end = pbf.length;
  for (let field = pbf.nextField(end); field !== 0; field = pbf.nextField(end)) {
    if (field === 1) resource.attributes.push(readKeyValue(pbf, end));
    else if (field === 2) resource.droppedAttributesCount = readCount(pbf);
  }
  expectEnd(pbf, end, "resource");
  return resource;
}

export function decodeScope(bytes: Uint8Array): Scope {
  const pbf = new PbfReader(bytes);
  const scope: Scope = { name: "", version: "", attributes: [], droppedAttributesCount: 0 };
  const end = pbf.length;
  for (let field = pbf.nextField(end); field !== 0; field = pbf.nextField(end)) {
    if (field === 1) scope.name = readText(pbf, end, "scope name");
    else if (field === 2) scope.version = readText(pbf, end, "scope version");
    else if (field === 3) scope.attributes.push(readKeyValue(pbf, end));
    else if (field === 4) scope.droppedAttributesCount = readCount(pbf);
  }
  expectEnd(pbf, end, "scope");
  return scope;
}

function readCount(pbf: PbfReader): number {
  expectType(pbf, wireVarint, "dropped count");
  return pbf.readVarint();
}
