import { malformed } from "./wire.ts";

export type Fields = Readonly<Record<string, unknown>>;

/**
 * Readers of proto3 JSON, each for one type of field. `null` and absence mean the default; a value of the wrong type throws
 * HOLDUP_OTLP_MALFORMED with the field's name.
 */
export function fields(value: unknown, name: string): Fields {
  if (value === undefined || value === null) return {};
  if (typeof value !== "object" || Array.isArray(value)) throw malformed(`${name} must be an object`);
  return { ...value };
}

export function list(value: unknown, name: string): readonly unknown[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw malformed(`${name} must be an array`);
  return value;
}

export function text(value: unknown, name: string): string {
  if (value === undefined || value === null) return "";
  if (typeof value !== "string") throw malformed(`${name} must be a string`);
  return value;
}

export function bool(value: unknown, name: string): boolean {
  if (value === undefined || value === null) return false;
  if (typeof value !== "boolean") throw malformed(`${name} must be true or false`);
  return value;
}

export function uint32(value: unknown, name: string): number {
  const number = Number(integer(value, name));
  if (number < 0 || number > 0xffffffff) throw malformed(`${name} must be an unsigned 32-bit integer`);
  return number;
}

const uint64Limit = 2n ** 64n;
const int64Limit = 2n ** 63n;

/** proto3 JSON writes 64-bit integers as decimal strings; receivers accept numbers too. */
export function uint64(value: unknown, name: string): string {
  const decimal = integer(value, name);
  const number = BigInt(decimal);
  if (number < 0n || number >= uint64Limit) throw malformed(`${name} must be an unsigned 64-bit integer`);
  return decimal;
}

export function int64(value: unknown, name: string): string {
  const decimal = integer(value, name);
  const number = BigInt(decimal);
  if (number < -int64Limit || number >= int64Limit) throw malformed(`${name} must be a 64-bit integer`);
  return decimal;
}

function integer(value: unknown, name: string): string {
  if (value === undefined || value === null) return "0";
  if (typeof value === "number" && Number.isInteger(value)) return BigInt(value).toString();
  if (typeof value === "string" && /^-?\d{1,20}$/.test(value)) return BigInt(value).toString();
  throw malformed(`${name} must be an integer`);
}

export function double(value: unknown, name: string): number | "NaN" | "Infinity" | "-Infinity" {
  if (value === undefined || value === null) return 0;
  if (value === "NaN" || value === "Infinity" || value === "-Infinity") return value;
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  if (typeof number !== "number" || !Number.isFinite(number)) throw malformed(`${name} must be a number`);
  return number;
}

/** OTLP requires enum numbers; names are accepted too, since senders with a stock protobuf printer send them. */
export function enumNumber(value: unknown, name: string, names: readonly string[]): number {
  if (typeof value !== "string" || /^\d+$/.test(value)) return uint32(value, name);
  const number = names.indexOf(value);
  if (number < 0) throw malformed(`${name} must be one of ${names.join(", ")}`);
  return number;
}

/** Standard and URL-safe base64, padded or not, as proto3 JSON allows. */
export function base64(value: unknown, name: string): string {
  const encoded = text(value, name);
  if (!/^[A-Za-z0-9+/_-]*={0,2}$/.test(encoded)) throw malformed(`${name} must be base64`);
  return Buffer.from(encoded, "base64").toString("base64");
}
