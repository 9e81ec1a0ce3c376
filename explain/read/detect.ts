import { describe, readFormats } from "./describe.ts";
import { ReadError } from "./errors.ts";
import { newline, skipBlanks } from "./json/bytes.ts";
import { type Opening, openingOf } from "./json/opening.ts";
import { type Layout, layoutOf } from "./layout.ts";

export type Detected = Layout & {
  /** Every line is a value of its own; otherwise line breaks have no meaning. */
  readonly isLines: boolean;
};

const formats =
  "JSON of Jaeger (an answer of its API, a download of its UI, its storage), of OTLP (also as Tempo answers it), of an OpenTelemetry SDK's console exporter, or of Zipkin v2";

/**
 * Detects the format of an input from its first bytes. `isAll`: these are all of its bytes. Undefined when the input is cut off
 * too early to know. Throws a ReadError that says what was found instead; `source` is the input's name.
 */
export function detect(bytes: Buffer, isAll: boolean, source: string): Detected | undefined {
  const first = skipBlanks(bytes);
  if (first === bytes.length) throw new ReadError("HOLDUP_INPUT_EMPTY", `${source} is empty. ${expected()}`);
  const opening = openingOf(bytes);
  const value = parse(opening.text);
  const layout = layoutOf(value ?? shorterOpening(bytes, first));
  const lineEnd = bytes.indexOf(newline, first);
  const isWhole = layout !== undefined && value !== undefined && opening.end !== undefined;
  if (!isWhole && lineEnd >= 0 && !endsInsideValue(bytes, lineEnd)) {
    const later = layoutOfLaterLine(bytes, lineEnd);
    if (later) return { ...later, isLines: true };
  }
  if (layout) return { ...layout, isLines: isOneLine(opening, lineEnd) };
  if (value === undefined) throw notJson(bytes, first, source);
  if (opening.end === undefined && isAll && isOnlyBrackets(opening.text)) return undefined;
  const cut = opening.end === undefined && isAll ? ", up to where it is cut off," : "";
  throw new ReadError(
    "HOLDUP_INPUT_FORMAT_UNKNOWN",
    `${source} is JSON, but${cut} has no spans of ${readFormats}: ${describe(value)}. ${expected()}`,
  );
}

function expected(): string {
  return `It should hold ${formats}.`;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The longest opening that can be parsed, for an input that is broken near its start. */
function shorterOpening(bytes: Buffer, first: number): unknown {
  for (const length of [65_536, 4_096, 1_024, 256, 64]) {
    const value = parse(openingOf(bytes.subarray(first, first + length)).text);
    if (value !== undefined) return value;
  }
  return undefined;
}

/** Whether the first value ends with its line, if it ends. */
function isOneLine({ end, brokenAt }: Opening, lineEnd: number): boolean {
  return lineEnd < 0 || brokenAt !== undefined || (end !== undefined && lineEnd >= end);
}

/** Whether a line ends inside a value: it belongs to a document over many lines. */
function endsInsideValue(bytes: Buffer, lineEnd: number): boolean {
  const lastBytes = bytes.toString("latin1", Math.max(0, lineEnd - 100), lineEnd);
  return /[[{,:]\s*$/.test(lastBytes);
}

const maxTries = 10;

/** The layout of an input whose first lines are broken, as after log rotation. */
function layoutOfLaterLine(bytes: Buffer, firstEnd: number): Layout | undefined {
  let start = firstEnd + 1;
  for (let tries = 0; tries < maxTries && start > 0; tries++) {
    const end = bytes.indexOf(newline, start);
    const line = bytes.toString("utf8", start, end < 0 ? bytes.length : end);
    const layout = layoutOf(parse(line));
    if (layout) return layout;
    start = end + 1;
  }
  return undefined;
}

function notJson(bytes: Buffer, first: number, source: string): ReadError {
  let line = 1;
  for (let at = bytes.indexOf(newline); at >= 0 && at < first; at = bytes.indexOf(newline, at + 1)) line++;
  return new ReadError(
    "HOLDUP_INPUT_NOT_JSON",
    `${source} is not JSON: line ${line}, byte ${first} begins with ${startOf(bytes.subarray(first))}. ${expected()}`,
  );
}

const shownBytes = 40;
const utf16 = "UTF-16; write it as UTF-8";

function startOf(bytes: Buffer): string {
  const [b0, b1, b2, b3] = bytes;
  if (b0 === 0x50 && b1 === 0x4b) return "the bytes of a zip archive; unpack it first";
  if (b0 === 0x28 && b1 === 0xb5 && b2 === 0x2f && b3 === 0xfd) return "the bytes of zstd; unpack it first";
  // A single gzip layer has already been unpacked.
  if (b0 === 0x1f && b1 === 0x8b) return "the bytes of gzip within gzip; unpack it first";
  if ((b0 === 0xff && b1 === 0xfe) || (b0 === 0xfe && b1 === 0xff)) return utf16;
  if ((isAscii(b0) && b1 === 0) || (b0 === 0 && isAscii(b1))) return utf16;
  const shown = bytes.subarray(0, shownBytes);
  if (shown.some((byte) => byte < 0x09)) return "binary data, perhaps protobuf; export it as JSON";
  const line = shown.toString().split(/[\r\n]/)[0] ?? "";
  return JSON.stringify(line);
}

function isAscii(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x20 && byte < 0x7f;
}

/** Whether no member is complete, so that it may be any format. */
function isOnlyBrackets(text: string): boolean {
  return /^[[\]{}\s]*$/.test(text);
}
