import type { PbfReader } from "pbf";
import { HoldupError } from "../../core/errors.ts";

/** Protobuf wire types (protobuf.dev/programming-guides/encoding). */
export const wireVarint = 0;
export const wireFixed64 = 1;
const wireBytes = 2;
export const wireFixed32 = 5;

export function malformed(what: string, cause?: unknown): HoldupError {
  return new HoldupError("HOLDUP_OTLP_MALFORMED", `Cannot decode the request: ${what}.`, { cause });
}

/** pbf trusts its input; it would misread a field whose wire type is not the schema's. */
export function expectType(pbf: PbfReader, type: number, field: string): void {
  if (pbf.type !== type) throw malformed(`${field} has wire type ${pbf.type}, expected ${type}`);
}

/** End position of a length-delimited value that must lie within its parent. */
export function lengthEnd(pbf: PbfReader, parentEnd: number, field: string): number {
  expectType(pbf, wireBytes, field);
  const length = pbf.readVarint();
  const end = pbf.pos + length;
  if (!(end <= parentEnd)) throw malformed(`${field} has a length of ${length} bytes, more than are left`);
  return end;
}

/** pbf does not notice when it reads past a truncated value; every message must end exactly at its length. */
export function expectEnd(pbf: PbfReader, end: number, message: string): void {
  if (pbf.pos !== end) throw malformed(`${message} is truncated or too long`);
}

export function readBytes(pbf: PbfReader, parentEnd: number, field: string): Uint8Array {
  const end = lengthEnd(pbf, parentEnd, field);
  const bytes = pbf.buf.subarray(pbf.pos, end);
  pbf.pos = end;
  return bytes;
}

export function readText(pbf: PbfReader, parentEnd: number, field: string): string {
  const bytes = readBytes(pbf, parentEnd, field);
  return toBuffer(bytes).toString("utf8");
}

export function toBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

export function toHex(bytes: Uint8Array): string {
  return toBuffer(bytes).toString("hex");
}

export function isZero(bytes: Uint8Array): boolean {
  for (let i = 0; i < bytes.length; i++) if (bytes[i] !== 0) return false;
  return true;
}

/** Seven varint bytes hold 49 bits, which a double represents exactly. */
const exactBytes = 7;

/** Reads a varint int64 as exact decimal text; pbf's own reader is not exact above 2^53. */
export function readInt64(pbf: PbfReader): string {
  const start = pbf.pos;
  let value = 0;
  for (let i = 0, scale = 1; i < exactBytes; i++, scale *= 128) {
    const byte = pbf.buf[start + i] ?? 0x80;
    value += (byte & 0x7f) * scale;
    if (byte < 0x80) {
      pbf.pos = start + i + 1;
      return String(value);
    }
  }
  return readLongInt64(pbf);
}

function readLongInt64(pbf: PbfReader): string {
  let value = 0n;
  for (let shift = 0n; shift < 70n; shift += 7n) {
    const byte = pbf.buf[pbf.pos++];
    if (byte === undefined) throw malformed("an integer is truncated");
    value |= BigInt(byte & 0x7f) << shift;
    if (byte < 0x80) return BigInt.asIntN(64, value).toString();
  }
  throw malformed("an integer is longer than 10 bytes");
}

/** Reads a fixed64 as exact decimal text. */
export function readFixed64(pbf: PbfReader): string {
  const value = pbf.dataView.getBigUint64(pbf.pos, true);
  pbf.pos += 8;
  return value.toString();
}
