import { PbfWriter } from "pbf";
import type {
  AnyValue,
  KeyValue,
  Resource,
  ResourceSpans,
  Scope,
  Span,
  SpanEvent,
  SpanLink,
} from "./model.ts";
import { wireFixed64, wireVarint } from "./wire.ts";

/** Encodes an ExportTraceServiceRequest. Ids that are not hex become empty, and so invalid. */
export function encodeRequest(resourceSpans: readonly ResourceSpans[]): Uint8Array {
  const pbf = new PbfWriter();
  for (const each of resourceSpans) pbf.writeMessage(1, writeResourceSpans, each);
  return pbf.finish();
}

function writeResourceSpans(each: ResourceSpans, pbf: PbfWriter): void {
  pbf.writeMessage(1, writeResource, each.resource);
  for (const scopeSpans of each.scopeSpans) {
    pbf.writeMessage(
      2,
      (value: typeof scopeSpans) => {
        pbf.writeMessage(1, writeScope, value.scope);
        for (const span of value.spans) pbf.writeMessage(2, writeSpan, span);
      },
      scopeSpans,
    );
  }
}

function writeResource(resource: Resource, pbf: PbfWriter): void {
  writeAttributes(pbf, 1, resource);
}

function writeScope(scope: Scope, pbf: PbfWriter): void {
  writeText(pbf, 1, scope.name);
  writeText(pbf, 2, scope.version);
  writeAttributes(pbf, 3, scope);
}

function writeSpan(span: Span, pbf: PbfWriter): void {
  writeId(pbf, 1, span.traceId);
  writeId(pbf, 2, span.spanId);
  writeText(pbf, 3, span.traceState);
  if (span.parentSpanId !== "") writeId(pbf, 4, span.parentSpanId);
  writeText(pbf, 5, span.name);
  writeCount(pbf, 6, span.kind);
  writeFixed64(pbf, 7, span.startTimeUnixNano);
  writeFixed64(pbf, 8, span.endTimeUnixNano);
  writeAttributes(pbf, 9, span);
  for (const event of span.events) pbf.writeMessage(11, writeEvent, event);
  writeCount(pbf, 12, span.droppedEventsCount);
  for (const link of span.links) pbf.writeMessage(13, writeLink, link);
  writeCount(pbf, 14, span.droppedLinksCount);
  if (span.status.code !== 0 || span.status.message !== "") pbf.writeMessage(15, writeStatus, span.status);
  writeFlags(pbf, 16, span.flags);
}

function writeEvent(event: SpanEvent, pbf: PbfWriter): void {
  writeFixed64(pbf, 1, event.timeUnixNano);
  writeText(pbf, 2, event.name);
  writeAttributes(pbf, 3, event);
}

function writeLink(link: SpanLink, pbf: PbfWriter): void {
  writeId(pbf, 1, link.traceId);
  writeId(pbf, 2, link.spanId);
  writeText(pbf, 3, link.traceState);
  writeAttributes(pbf, 4, link);
  writeFlags(pbf, 6, link.flags);
}

function writeStatus(status: Span["status"], pbf: PbfWriter): void {
  writeText(pbf, 2, status.message);
  writeCount(pbf, 3, status.code);
}

/** In every message the count of dropped attributes is the field after the attributes. */
function writeAttributes(
  pbf: PbfWriter,
  field: number,
  from: { readonly attributes: readonly KeyValue[]; readonly droppedAttributesCount: number },
): void {
  for (const attribute of from.attributes) pbf.writeMessage(field, writeKeyValue, attribute);
  writeCount(pbf, field + 1, from.droppedAttributesCount);
}

function writeKeyValue(attribute: KeyValue, pbf: PbfWriter): void {
  writeText(pbf, 1, attribute.key);
  pbf.writeMessage(2, writeAnyValue, attribute.value);
}

/** Members of a oneof are written even with their default value, because the field shows the type. */
function writeAnyValue(value: AnyValue, pbf: PbfWriter): void {
  if ("stringValue" in value) pbf.writeStringField(1, value.stringValue);
  else if ("boolValue" in value) pbf.writeBooleanField(2, value.boolValue);
  else if ("intValue" in value) writeInt64(pbf, 3, BigInt(value.intValue));
  else if ("doubleValue" in value) pbf.writeDoubleField(4, Number(value.doubleValue));
  else if ("arrayValue" in value) pbf.writeMessage(5, writeArray, value.arrayValue.values);
  else if ("kvlistValue" in value) pbf.writeMessage(6, writeKvlist, value.kvlistValue.values);
  else if ("bytesValue" in value) pbf.writeBytesField(7, Buffer.from(value.bytesValue, "base64"));
}

function writeArray(values: readonly AnyValue[], pbf: PbfWriter): void {
  for (const value of values) pbf.writeMessage(1, writeAnyValue, value);
}

function writeKvlist(values: readonly KeyValue[], pbf: PbfWriter): void {
  for (const value of values) pbf.writeMessage(1, writeKeyValue, value);
}

function writeText(pbf: PbfWriter, field: number, text: string): void {
  if (text !== "") pbf.writeStringField(field, text);
}

function writeCount(pbf: PbfWriter, field: number, count: number): void {
  if (count !== 0) pbf.writeVarintField(field, count);
}

function writeFlags(pbf: PbfWriter, field: number, flags: number): void {
  if (flags !== 0) pbf.writeFixed32Field(field, flags);
}

function writeId(pbf: PbfWriter, field: number, hex: string): void {
  const isHex = hex.length % 2 === 0 && /^[0-9a-f]*$/i.test(hex);
  pbf.writeBytesField(field, Buffer.from(isHex ? hex : "", "hex"));
}

/** pbf's own 64-bit writers use doubles, which are not exact above 2^53. */
function writeFixed64(pbf: PbfWriter, field: number, decimal: string): void {
  const value = BigInt(decimal);
  if (value === 0n) return;
  pbf.writeTag(field, wireFixed64);
  pbf.writeFixed32(Number(value & 0xffffffffn));
  pbf.writeFixed32(Number((value >> 32n) & 0xffffffffn));
}

function writeInt64(pbf: PbfWriter, field: number, value: bigint): void {
  if (value >= 0n && value <= BigInt(Number.MAX_SAFE_INTEGER)) {
    pbf.writeVarintField(field, Number(value));
    return;
  }
  pbf.writeTag(field, wireVarint);
  pbf.realloc(10);
  let rest = BigInt.asUintN(64, value);
  for (; rest > 0x7fn; rest >>= 7n) pbf.buf[pbf.pos++] = Number(rest & 0x7fn) | 0x80;
  pbf.buf[pbf.pos++] = Number(rest);
}
