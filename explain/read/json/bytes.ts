/** The bytes of JSON's grammar that delimit values. */
export const newline = 0x0a;
export const quote = 0x22;
export const comma = 0x2c;
export const openBracket = 0x5b;
export const backslash = 0x5c;
export const closeBracket = 0x5d;
export const openBrace = 0x7b;
export const closeBrace = 0x7d;

export function isBlank(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

/** Index of the first non-blank byte from `start` on; the length if all are blank. */
export function skipBlanks(bytes: Uint8Array, start = 0): number {
  let at = start;
  while (at < bytes.length && isBlank(bytes[at])) at++;
  return at;
}

/** A position in the input; lines count from 1. */
export type Place = { readonly byte: number; readonly line: number };

/** Where and how the input ended: complete, in the middle of a value, or at something that is not JSON. */
export type Ending = Place & { readonly state: "whole" | "cut" | "broken" };
