import { isFields } from "./format.ts";

/** A 64-bit integer that a JavaScript library split in two numbers of 32 bits: `{"low": …, "high": …}`. */
export function bitsOf(value: unknown): bigint | undefined {
  if (!isFields(value)) return undefined;
  const { low, high } = value;
  if (!isInteger(low) || !isInteger(high)) return undefined;
  return (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0);
}

/** Bytes are wrapped in objects at most this deep. */
const maxDepth = 4;

/**
 * Bytes in the forms that JSON gives them: an array of numbers, an object with the keys 0, 1, …, a Buffer of Node
 * (`{"type": "Buffer", "data": […]}`), base64 in MongoDB's `$binary`, or a 64-bit integer. Undefined for anything else.
 */
export function bytesOf(value: unknown, depth = 0): Uint8Array | undefined {
  if (Array.isArray(value)) return bytesOfNumbers(value);
  if (typeof value === "number") return Number.isSafeInteger(value) ? bytesOf64(BigInt(value)) : undefined;
  if (!isFields(value) || depth > maxDepth) return undefined;
  const bits = bitsOf(value);
  if (bits !== undefined) return bytesOf64(bits);
  const inner = value["data"] ?? value["bytes"] ?? value["$binary"] ?? value["base64"] ?? value["value"];
  if (typeof inner === "string") return Buffer.from(inner, "base64");
  if (inner !== undefined) return bytesOf(inner, depth + 1);
  const entries = Object.entries(value);
  if (entries.length === 0 || !entries.every(([key], index) => key === String(index))) return undefined;
  return bytesOfNumbers(entries.map(([, byte]) => byte));
}

/** Java's bytes are signed. */
function bytesOfNumbers(numbers: readonly unknown[]): Uint8Array | undefined {
  const isByte = (byte: unknown) => isInteger(byte) && byte >= -128 && byte <= 255;
  return numbers.length > 0 && numbers.every(isByte) ? Uint8Array.from(numbers.map(Number)) : undefined;
}

function bytesOf64(bits: bigint): Uint8Array {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt.asUintN(64, bits));
  return bytes;
}

function isInteger(value: unknown): value is number {
  return Number.isInteger(value);
}
