import {
  backslash,
  closeBrace,
  closeBracket,
  comma,
  newline,
  openBrace,
  openBracket,
  quote,
  skipBlanks,
} from "./bytes.ts";

export type Opening = {
  /** JSON text of the value, or of its complete part with all open brackets closed. */
  readonly text: string;
  /** The index after the value; undefined when it does not end within the bytes. */
  readonly end: number | undefined;
  /** Index of the first line end inside a string, which JSON forbids. */
  readonly brokenAt: number | undefined;
};

/** The first value of some bytes as JSON that can be parsed even if the rest is missing. */
export function openingOf(bytes: Buffer): Opening {
  const first = skipBlanks(bytes);
  const open: number[] = [];
  /** Everything up to here is complete. */
  let safe = first;
  for (let at = first; at < bytes.length; at++) {
    const byte = bytes[at];
    if (byte === quote) {
      for (at++; at < bytes.length && bytes[at] !== quote; at++) {
        if (bytes[at] === backslash) at++;
        else if (bytes[at] === newline) return closed(at);
      }
    } else if (byte === openBrace || byte === openBracket) {
      open.push(byte === openBrace ? closeBrace : closeBracket);
      safe = at + 1;
    } else if (byte === comma) {
      safe = at;
    } else if (byte === closeBrace || byte === closeBracket) {
      if (open.pop() !== byte) break;
      safe = at + 1;
      if (open.length === 0)
        return { text: bytes.toString("utf8", first, safe), end: safe, brokenAt: undefined };
    }
    if (open.length === 0) break;
  }
  return open.length > 0 ? closed(undefined) : scalar();

  function closed(brokenAt: number | undefined): Opening {
    const closers = open.toReversed().map((byte) => String.fromCharCode(byte));
    return { text: bytes.toString("utf8", first, safe) + closers.join(""), end: undefined, brokenAt };
  }

  /** Neither object nor array: the rest of the line, for JSON.parse to check. */
  function scalar(): Opening {
    const lineEnd = bytes.indexOf(newline, first);
    const end = lineEnd < 0 ? bytes.length : lineEnd;
    return { text: bytes.toString("utf8", first, end), end, brokenAt: undefined };
  }
}
