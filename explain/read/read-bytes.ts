import type { ProblemCounter } from "../problem-log.ts";
import type { Span } from "../span.ts";
import { type Cutting, createDecoder, type Decoder } from "./decoder.ts";
import { describe, readFormats } from "./describe.ts";
import { type Detected, detect } from "./detect.ts";
import { isFields } from "./formats/format.ts";
import type { Interner } from "./formats/interner.ts";
import { type Ending, newline, type Place, skipBlanks } from "./json/bytes.ts";
import { itemsOf, layoutOf } from "./layout.ts";

export type ReadBytesOptions = {
  /** The input's name in messages. */
  readonly source: string;
  readonly interner: Interner;
  readonly problems: ProblemCounter;
  /** Asked at the end: whether the input was cut off and that has been reported. */
  readonly isCutOff?: () => boolean;
  /** The format is detected from at most this many bytes. */
  readonly openingBytes?: number;
  /** A longer line is cut as it arrives instead of being parsed whole. */
  readonly maxWholeLineBytes?: number;
  /** For the rest of an input of lines: its beginning, from which the format is detected, */
  readonly opening?: Buffer;
  /** the place of the first byte, with lines counted from 1, */
  readonly start?: Place;
  /** and the number of lines before it, asked only when a problem is reported. */
  readonly linesBefore?: () => number;
};

/** What was read; in Jaeger's JSON, items are traces. */
export type Read = { readonly format: Detected["format"]["name"] | undefined; readonly items: number };

const mebibyte = 1024 * 1024;

const cutOff =
  "The input ends in the middle of a value: it was cut off or is still being written. Everything complete was read.";
const broken = "This is not JSON. Everything before it was read, nothing after it.";

/**
 * Reads spans from chunks of JSON text, cut anywhere, in any of the formats. Memory is bounded by one chunk, the longest
 * span and the longest line of at most 4 MiB, except for Jaeger traces, whose spans wait for the processes that follow them.
 * Throws a ReadError when the input has none of the formats.
 */
export async function* readBytes(
  chunks: AsyncIterable<Buffer> | Iterable<Buffer>,
  {
    source,
    interner,
    problems,
    isCutOff = () => false,
    openingBytes = mebibyte,
    maxWholeLineBytes = 4 * mebibyte,
    opening: openingOfAll,
    start: startOfRest = { byte: 0, line: 1 },
    linesBefore = () => 0,
  }: ReadBytesOptions,
): AsyncGenerator<Span[], Read> {
  const at = ({ line, byte }: Place) => `${source}, line ${line + linesBefore()}, byte ${byte}`;
  const reportEnding = (ending: Ending) => {
    if (ending.state === "broken") problems.add(broken, () => at(ending));
    else if (ending.state === "cut" && !isCutOff()) problems.add(cutOff, () => at(ending));
  };
  const decoder = createDecoder({ interner, problems, at });
  let opening: Buffer = Buffer.alloc(0);
  let format: Read["format"];
  let input: Input | undefined;

  function begin(isAll: boolean): Input | undefined {
    const bytes = withoutByteOrderMark(opening);
    const start = { byte: startOfRest.byte + opening.length - bytes.length, line: startOfRest.line };
    const detected = openingOfAll
      ? detect(withoutByteOrderMark(openingOfAll), false, source)
      : detect(bytes, isAll, source);
    if (!detected) return undefined;
    format = detected.format.name;
    const options: InputOptions = { detected, decoder, start, problems, at, reportEnding, maxWholeLineBytes };
    const started = detected.isLines ? lines(options) : document(options);
    started.feed(bytes);
    opening = Buffer.alloc(0);
    return started;
  }

  for await (const chunk of chunks) {
    if (input) {
      input.feed(chunk);
    } else {
      opening = opening.length === 0 ? chunk : Buffer.concat([opening, chunk]);
      if (opening.length < openingBytes) continue;
      input = begin(false);
    }
    const spans = decoder.take();
    if (spans.length > 0) yield spans;
    if (input?.isOver()) break;
  }
  input ??= begin(true);
  if (input) input.end();
  else reportEnding({ state: "cut", byte: opening.length, line: 1 });
  const spans = decoder.take();
  if (spans.length > 0) yield spans;
  return { format, items: decoder.items() };
}

function withoutByteOrderMark(bytes: Buffer): Buffer {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes;
}

type Input = {
  readonly feed: (bytes: Buffer) => void;
  readonly end: () => void;
  /** Nothing more can be read. */
  readonly isOver: () => boolean;
};

type InputOptions = {
  readonly detected: Detected;
  readonly decoder: Decoder;
  readonly start: Place;
  readonly problems: ProblemCounter;
  readonly at: (place: Place) => string;
  readonly reportEnding: (ending: Ending) => void;
  readonly maxWholeLineBytes: number;
};

/** Elasticsearch's bulk format has a line before each document that says where to store it. */
function isBulkAction(value: unknown): boolean {
  if (!isFields(value)) return false;
  const [action, ...others] = Object.values(value);
  return (
    others.length === 0 && isFields(action) && "_index" in action && ("index" in value || "create" in value)
  );
}

/** One document, or several in a row. */
function document({ detected, decoder, start, reportEnding }: InputOptions): Input {
  const cutting = decoder.cut(detected.format, detected.plan, start);
  return {
    feed: cutting.feed,
    isOver: cutting.isBroken,
    end: () => reportEnding(cutting.finish()),
  };
}

/** Lines, each a value of its own; a broken line does not affect the others. */
function lines({
  detected,
  decoder,
  start,
  problems,
  at,
  reportEnding,
  maxWholeLineBytes,
}: InputOptions): Input {
  /** The part of the current line that has arrived. */
  let rest: Buffer[] = [];
  let restBytes = 0;
  let { byte, line } = start;
  /** Cuts that line when it is long. */
  let cutting: Cutting | undefined;

  function feed(chunk: Buffer): void {
    let from = 0;
    for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, from)) {
      const part = chunk.subarray(from, end);
      take(rest.length === 0 ? part : Buffer.concat([...rest, part]), false);
      byte += restBytes + part.length + 1;
      line += 1;
      from = end + 1;
      rest = [];
      restBytes = 0;
    }
    rest.push(chunk.subarray(from));
    restBytes += chunk.length - from;
    if (!cutting && restBytes <= maxWholeLineBytes) return;
    cutting ??= decoder.cut(detected.format, detected.plan, { byte, line });
    for (const part of rest) cutting.feed(part);
    rest = [];
    byte += restBytes;
    restBytes = 0;
  }

  /** Handles a whole line, or the rest of one that is being cut. */
  function take(bytes: Buffer, isLast: boolean): void {
    if (cutting) {
      cutting.feed(bytes);
      finish(cutting, isLast);
      cutting = undefined;
    } else if (skipBlanks(bytes) < bytes.length && !takeWhole(bytes)) {
      const before = decoder.items();
      const salvage = decoder.cut(detected.format, detected.plan, { byte, line });
      salvage.feed(bytes);
      // Several documents on one line, as when files without a final newline are joined, are still complete.
      finish(salvage, isLast, decoder.items() === before);
    }
  }

  /** False when the line is not JSON. */
  function takeWhole(bytes: Buffer): boolean {
    let value: unknown;
    try {
      value = JSON.parse(bytes.toString());
    } catch {
      return false;
    }
    const place = { byte, line };
    const layout = layoutOf(value);
    if (isBulkAction(value)) return true;
    if (layout) {
      for (const item of itemsOf(value, layout.plan)) decoder.whole(layout.format, item, () => at(place));
    } else {
      problems.add(`The line is JSON, but has no spans of ${readFormats}: ${describe(value)}.`, () =>
        at(place),
      );
    }
    return true;
  }

  function finish(ended: Cutting, isLast: boolean, isUseless = false): void {
    const ending = ended.finish();
    if (isLast && ending.state === "cut") reportEnding(ending);
    else if (isUseless || ending.state !== "whole") {
      const place = { byte, line };
      problems.add("The line is not valid JSON; only its complete spans were read.", () => at(place));
    }
  }

  return {
    feed,
    isOver: () => false,
    end() {
      take(Buffer.concat(rest), true);
    },
  };
}
