import type { Tally } from "../problem-log.ts";
import type { Span } from "../span.ts";
import { type Cutting, createDecoder, type Decoder } from "./decoder.ts";
import { type Detected, detect } from "./detect.ts";
import type { Shared } from "./formats/interner.ts";
import { type Ending, newline, type Place, skipBlanks } from "./json/bytes.ts";
import { describe, itemsOf, layoutOf } from "./layout.ts";

export type ReadBytesOptions = {
  /** The input's name in messages. */
  readonly source: string;
  readonly shared: Shared;
  readonly tally: Tally;
  /** Asked at the end: the chunks are not all of the input, and that has been told. */
  readonly isCutOff?: () => boolean;
  /** So many bytes are looked at to tell the format. */
  readonly openingBytes?: number;
  /** A longer line is cut as it comes in place of being parsed as a whole. */
  readonly maxWholeLineBytes?: number;
};

/** What was read: items are traces in Jaeger's JSON. */
export type Read = { readonly format: Detected["format"]["name"] | undefined; readonly items: number };

const mebibyte = 1024 * 1024;

const cutOff =
  "The input ends in the middle of a value: it was cut off, or is still being written. What was complete is read.";
const broken = "What stands here is not JSON. What is before it is read; what is behind it is not.";

/**
 * Spans from chunks of JSON text in any of the formats, cut anywhere. Memory is bounded by one chunk, the longest
 * span and the longest line of at most 4 MiB, but for Jaeger traces, whose spans wait for the processes behind them.
 * Throws a ReadError when the input is none of the formats.
 */
export async function* readBytes(
  chunks: AsyncIterable<Buffer> | Iterable<Buffer>,
  {
    source,
    shared,
    tally,
    isCutOff = () => false,
    openingBytes = mebibyte,
    maxWholeLineBytes = 4 * mebibyte,
  }: ReadBytesOptions,
): AsyncGenerator<Span[], Read> {
  const at = ({ line, byte }: Place) => `${source}, line ${line}, byte ${byte}`;
  const noteEnding = (ending: Ending) => {
    if (ending.state === "broken") tally.note(broken, () => at(ending));
    else if (ending.state === "cut" && !isCutOff()) tally.note(cutOff, () => at(ending));
  };
  const decoder = createDecoder({ shared, tally, at });
  let opening: Buffer = Buffer.alloc(0);
  let format: Read["format"];
  let input: Input | undefined;

  function begin(isAll: boolean): Input | undefined {
    const bytes = withoutMark(opening);
    const start = { byte: opening.length - bytes.length, line: 1 };
    const detected = detect(bytes, isAll, source);
    if (!detected) return undefined;
    format = detected.format.name;
    const options: InputOptions = { detected, decoder, start, tally, at, noteEnding, maxWholeLineBytes };
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
  else noteEnding({ state: "cut", byte: opening.length, line: 1 });
  const spans = decoder.take();
  if (spans.length > 0) yield spans;
  return { format, items: decoder.items() };
}

function withoutMark(bytes: Buffer): Buffer {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes;
}

type Input = {
  readonly feed: (bytes: Buffer) => void;
  readonly end: () => void;
  /** Nothing that comes can be read any more. */
  readonly isOver: () => boolean;
};

type InputOptions = {
  readonly detected: Detected;
  readonly decoder: Decoder;
  readonly start: Place;
  readonly tally: Tally;
  readonly at: (place: Place) => string;
  readonly noteEnding: (ending: Ending) => void;
  readonly maxWholeLineBytes: number;
};

/** One document, or several one after the other. */
function document({ detected, decoder, start, noteEnding }: InputOptions): Input {
  const cutting = decoder.cut(detected.format, detected.plan, start);
  return {
    feed: cutting.feed,
    isOver: cutting.isBroken,
    end: () => noteEnding(cutting.finish()),
  };
}

/** Lines, each a value of its own; a broken one costs only itself. */
function lines({ detected, decoder, start, tally, at, noteEnding, maxWholeLineBytes }: InputOptions): Input {
  /** The line whose end has not come. */
  let rest: Buffer[] = [];
  let restBytes = 0;
  let { byte, line } = start;
  /** Takes that line in when it is long. */
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

  /** A line, or the rest of one that is being cut. */
  function take(bytes: Buffer, isLast: boolean): void {
    if (cutting) {
      cutting.feed(bytes);
      finish(cutting, isLast);
      cutting = undefined;
    } else if (skipBlanks(bytes) < bytes.length && !takeWhole(bytes)) {
      const before = decoder.items();
      const salvage = decoder.cut(detected.format, detected.plan, { byte, line });
      salvage.feed(bytes);
      // Several documents in one line, as of files without a line end, are whole all the same.
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
    if (layout) {
      for (const item of itemsOf(value, layout.plan)) decoder.whole(layout.format, item, () => at(place));
    } else {
      tally.note(`The line is JSON, but has no spans of Jaeger, OTLP or Zipkin v2: ${describe(value)}.`, () =>
        at(place),
      );
    }
    return true;
  }

  function finish(ended: Cutting, isLast: boolean, isUseless = false): void {
    const ending = ended.finish();
    if (isLast && ending.state === "cut") noteEnding(ending);
    else if (isUseless || ending.state !== "whole") {
      const place = { byte, line };
      tally.note("The line is not valid JSON; only spans that are whole in it are read.", () => at(place));
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
