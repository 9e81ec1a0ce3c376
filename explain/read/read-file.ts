import { closeSync, createReadStream, openSync, readSync } from "node:fs";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { messageOf, systemCode } from "../../core/errors.ts";
import { createProblemCounter, type OnProblem } from "../problem-log.ts";
import type { Span } from "../span.ts";
import { once } from "../waits/range-index.ts";
import { ReadError } from "./errors.ts";
import { createInterner } from "./formats/interner.ts";
import { newline } from "./json/bytes.ts";
import { readBytes } from "./read-bytes.ts";

const chunkBytes = 1024 * 1024;

/**
 * Reads the spans of a file in batches: JSON of Jaeger, OTLP or Zipkin, as one document or as lines, optionally gzipped. The
 * format is detected from the content. `-` is standard input. Spans that cannot be used are skipped; each kind of problem is
 * reported once, with its count, when reading ends. Throws a ReadError when nothing can be read.
 */
export function readFile(path: string, onProblem: OnProblem): AsyncGenerator<Span[]> {
  return readLinesOfFile(path, wholeFile, onProblem);
}

/** `readFile` for a part of one. */
export async function* readLinesOfFile(
  path: string,
  part: LinesOfFile,
  onProblem: OnProblem,
): AsyncGenerator<Span[]> {
  const source = path === "-" ? "standard input" : path;
  const problems = createProblemCounter();
  let isCutOff = false;
  const reportDamage: ReportDamage = (what, byte) => {
    isCutOff = true;
    problems.add(`${what} Everything before was read.`, () => `${source}, byte ${byte} of the unpacked data`);
  };
  try {
    const isRest = part.from > 0;
    const bytes = bytesOf(path, source, part);
    const { items } = yield* readBytes(isRest ? bytes : unpacked(bytes, source, reportDamage), {
      source,
      interner: createInterner(),
      problems,
      isCutOff: () => isCutOff || part.to !== undefined,
      ...(isRest && {
        opening: openingBytesOf(path),
        start: { byte: part.from, line: 1 },
        linesBefore: once(() => newlinesBefore(path, part.from)),
      }),
    });
    if (items === 0 && !isCutOff) problems.add("The input holds no spans.", () => source);
  } finally {
    problems.report(onProblem);
  }
}

/** Whole lines of a file, in bytes; the rest of it where `to` is undefined. */
export type LinesOfFile = { readonly from: number; readonly to: number | undefined };

const wholeFile: LinesOfFile = { from: 0, to: undefined };

async function* bytesOf(path: string, source: string, { from, to }: LinesOfFile): AsyncGenerator<Buffer> {
  const stream: AsyncIterable<unknown> =
    path === "-"
      ? process.stdin
      : createReadStream(path, {
          highWaterMark: chunkBytes,
          start: from,
          ...(to !== undefined && { end: to - 1 }),
        });
  try {
    for await (const chunk of stream) yield Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk));
  } catch (error) {
    throw new ReadError("HOLDUP_INPUT_UNREADABLE", unreadable(source, error), { cause: error });
  }
}

/** The beginning of a file, which shows its format. */
function openingBytesOf(path: string): Buffer {
  const file = openSync(path, "r");
  try {
    const bytes = Buffer.alloc(chunkBytes);
    return bytes.subarray(0, readSync(file, bytes, 0, chunkBytes, 0));
  } finally {
    closeSync(file);
  }
}

/** The number of lines before a place of a file. */
function newlinesBefore(path: string, before: number): number {
  const file = openSync(path, "r");
  try {
    const bytes = Buffer.alloc(chunkBytes);
    let count = 0;
    for (let at = 0; at < before; ) {
      const read = readSync(file, bytes, 0, Math.min(chunkBytes, before - at), at);
      if (read === 0) break;
      for (let end = bytes.indexOf(newline); end >= 0 && end < read; end = bytes.indexOf(newline, end + 1))
        count += 1;
      at += read;
    }
    return count;
  } finally {
    closeSync(file);
  }
}

function unreadable(source: string, error: unknown): string {
  const code = systemCode(error);
  if (code === "ENOENT" || code === "ENOTDIR") return `There is no file ${source}.`;
  if (code === "EISDIR") return `${source} is a folder. Name a file in it.`;
  if (code === "EACCES" || code === "EPERM") return `This user has no permission to read ${source}.`;
  return `${source} cannot be read: ${messageOf(error)}.`;
}

type ReportDamage = (what: string, byte: number) => void;

/** Unpacks gzip, which is recognised by its first two bytes. Damage ends the input and is reported. */
async function* unpacked(
  packed: AsyncGenerator<Buffer>,
  source: string,
  report: ReportDamage,
): AsyncGenerator<Buffer> {
  const opening = await openingOf(packed);
  const all = startingWith(opening, packed);
  if (opening[0] !== 0x1f || opening[1] !== 0x8b) return yield* all;
  const gunzip = createGunzip({ chunkSize: chunkBytes });
  // An error of the input surfaces in gunzip.
  const feeding = pipeline(all, gunzip).catch(() => undefined);
  let bytes = 0;
  try {
    for await (const chunk of gunzip) {
      bytes += chunk.length;
      yield chunk;
    }
  } catch (error) {
    if (error instanceof ReadError) throw error;
    const isCut = systemCode(error) === "Z_BUF_ERROR";
    const what = isCut ? "The gzip data is cut off." : `The gzip data is damaged (${messageOf(error)}).`;
    if (bytes === 0) {
      throw new ReadError("HOLDUP_INPUT_UNREADABLE", `${source} cannot be unpacked. ${what}`, {
        cause: error,
      });
    }
    report(what, bytes);
  } finally {
    gunzip.destroy();
    await feeding;
  }
}

/** At least two bytes, if there are as many. */
async function openingOf(packed: AsyncGenerator<Buffer>): Promise<Buffer> {
  let opening: Buffer = Buffer.alloc(0);
  while (opening.length < 2) {
    const next = await packed.next();
    if (next.done) break;
    opening = Buffer.concat([opening, next.value]);
  }
  return opening;
}

async function* startingWith(opening: Buffer, rest: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  if (opening.length > 0) yield opening;
  yield* rest;
}
