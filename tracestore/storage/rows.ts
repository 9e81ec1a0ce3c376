import type { SQLOutputValue } from "node:sqlite";

/** Column readers: SQLite's rows have no static types, so a wrong column must fail here. */
export function asNumber(value: SQLOutputValue | undefined): number {
  if (typeof value === "number") return value;
  throw new TypeError(`Expected a number in the database, got ${typeof value}`);
}

export function asText(value: SQLOutputValue | undefined): string {
  if (typeof value === "string") return value;
  throw new TypeError(`Expected text in the database, got ${typeof value}`);
}

export function asBytes(value: SQLOutputValue | undefined): Uint8Array {
  if (value instanceof Uint8Array) return value;
  throw new TypeError(`Expected bytes in the database, got ${typeof value}`);
}
