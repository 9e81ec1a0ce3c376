import type { PbfReader } from "pbf";
import { checkKeyValue } from "./check-attributes.ts";
import type { IncomingSpan } from "./incoming.ts";
import { spanKinds, statusError } from "./model.ts";
import type { Rejections } from "./rejections.ts";
import {
  expectEnd,
  expectType,
  isZero,
  lengthEnd,
  malformed,
  readBytes,
  readText,
  toHex,
  wireFixed32,
  wireFixed64,
  wireVarint,
} from "./wire.ts";

const absent = new Uint8Array(0);

/**
 * Reads the indexed fields of the Span message that ends at `end`, and checks the rest without building it: this is the hot
 * path of ingest. Returns undefined, and adds the reason to `rejections`, when an id is invalid.
 */
export function shallowSpan(pbf: PbfReader, end: number, rejections: Rejections): IncomingSpan | undefined {
  const body = pbf.buf.subarray(pbf.pos, end);
  let traceId: Uint8Array = absent;
  let spanId: Uint8Array = absent;
  let parentId: Uint8Array = absent;
  let name = "";
  let kind = 0;
  let startAt = -1;
  let endAt = -1;
  let statusCode = 0;
  for (let field = pbf.nextField(end); field !== 0; field = pbf.nextField(end)) {
    if (field === 9) checkKeyValue(pbf, end);
    else if (field === 1) traceId = readBytes(pbf, end, "traceId");
    else if (field === 2) spanId = readBytes(pbf, end, "spanId");
    else if (field === 4) parentId = readBytes(pbf, end, "parentSpanId");
    else if (field === 5) name = readText(pbf, end, "name");
    else if (field === 6) kind = readNumber(pbf, "kind");
    else if (field === 7) startAt = fixed64At(pbf, "startTimeUnixNano");
    else if (field === 8) endAt = fixed64At(pbf, "endTimeUnixNano");
    else if (field === 11) checkEventOrLink(pbf, end, "event", 3, 2, 2);
    else if (field === 13) checkEventOrLink(pbf, end, "link", 4, 1, 3);
    else if (field === 15) statusCode = readStatusCode(pbf, end);
    else if (field === 3) pbf.pos = lengthEnd(pbf, end, "traceState");
    else if (field === 16) expectType(pbf, wireFixed32, "flags");
    else if (field === 10 || field === 12 || field === 14) expectType(pbf, wireVarint, "dropped count");
  }
  expectEnd(pbf, end, "span");

  const wrong = wrongId(traceId, spanId, parentId);
  if (wrong !== undefined) {
    rejections.add(wrong);
    return undefined;
  }
  const start = instant(pbf, startAt);
  const stop = instant(pbf, endAt);
  const durationNs = (stop.us - start.us) * 1_000 + (stop.ns - start.ns);
  return {
    traceId,
    spanId,
    parentId: isZero(parentId) ? null : parentId,
    name,
    kind: kind < spanKinds.length ? kind : 0,
    startUs: start.us,
    durationNs: Math.min(Math.max(0, durationNs), Number.MAX_SAFE_INTEGER),
    isError: statusCode === statusError,
    body,
  };
}

function wrongId(traceId: Uint8Array, spanId: Uint8Array, parentId: Uint8Array): string | undefined {
  if (traceId.length !== 16) return `traceId must be 16 bytes, got ${traceId.length}`;
  if (isZero(traceId)) return "traceId is all zeros";
  if (spanId.length !== 8) return `spanId must be 8 bytes, got ${spanId.length} (trace ${toHex(traceId)})`;
  if (isZero(spanId)) return `spanId is all zeros (trace ${toHex(traceId)})`;
  if (parentId.length !== 0 && parentId.length !== 8) {
    return `parentSpanId must be empty or 8 bytes, got ${parentId.length} (span ${toHex(spanId)})`;
  }
  return undefined;
}

function readNumber(pbf: PbfReader, field: string): number {
  expectType(pbf, wireVarint, field);
  return pbf.readVarint();
}

function fixed64At(pbf: PbfReader, field: string): number {
  expectType(pbf, wireFixed64, field);
  const at = pbf.pos;
  pbf.pos = at + 8;
  if (pbf.pos > pbf.length) throw malformed(`${field} is truncated`);
  return at;
}

/**
 * Nanoseconds since 1970 as microseconds and the nanoseconds left over, in plain numbers: 2^32 is 4,294,967 * 1,000
 * + 296, so no step leaves the exact range before the year 2255. Later times are clamped.
 */
function instant(pbf: PbfReader, at: number): { us: number; ns: number } {
  if (at < 0) return { us: 0, ns: 0 };
  const low = pbf.dataView.getUint32(at, true);
  const high = pbf.dataView.getUint32(at + 4, true);
  const rest = high * 296 + low;
  const us = high * 4_294_967 + Math.floor(rest / 1_000);
  return us > Number.MAX_SAFE_INTEGER ? { us: Number.MAX_SAFE_INTEGER, ns: 0 } : { us, ns: rest % 1_000 };
}

function readStatusCode(pbf: PbfReader, parentEnd: number): number {
  const end = lengthEnd(pbf, parentEnd, "status");
  let code = 0;
  for (let field = pbf.nextField(end); field !== 0; field = pbf.nextField(end)) {
    if (field === 2) pbf.pos = lengthEnd(pbf, end, "status message");
    else if (field === 3) code = readNumber(pbf, "status code");
  }
  expectEnd(pbf, end, "status");
  return code;
}

/** Checks an event or a link: attributes in one field, text or bytes in a range of fields, numbers in the others. */
function checkEventOrLink(
  pbf: PbfReader,
  parentEnd: number,
  what: string,
  attributes: number,
  firstBytes: number,
  lastBytes: number,
): void {
  const end = lengthEnd(pbf, parentEnd, what);
  for (let field = pbf.nextField(end); field !== 0; field = pbf.nextField(end)) {
    if (field === attributes) checkKeyValue(pbf, end);
    else if (field >= firstBytes && field <= lastBytes) pbf.pos = lengthEnd(pbf, end, what);
    else if (field === 1) expectType(pbf, wireFixed64, `${what} time`);
    else if (field === attributes + 1) expectType(pbf, wireVarint, `${what} dropped count`);
    else if (field === 6 && what === "link") expectType(pbf, wireFixed32, "link flags");
  }
  expectEnd(pbf, end, what);
}
