import { type FileHandle, open } from "node:fs/promises";
import { Worker } from "node:worker_threads";
import { HoldupError, isErrorCode } from "../../../core/errors.ts";
import type { OnProblem } from "../../problem-log.ts";
import type { Problem, Span } from "../../span.ts";
import type { SpanBatch } from "../../spans/span-batch.ts";
import type { ReadReport } from "../../spans/span-reader.ts";
import { detect } from "../detect.ts";
import { newline } from "../json/bytes.ts";
import { readFile } from "../read-file.ts";
import { unpack } from "./transfer.ts";
import type { FilePart, FromWorker } from "./worker.ts";

/** Starting a thread takes longer than reading a smaller file. */
const minBytes = 16 * 1024 * 1024;
const openingBytes = 1024 * 1024;
/** The longest line that is looked for in the middle of a file. */
const maxLineBytes = 16 * 1024 * 1024;

/**
 * Reads a file as `readFile` does, a large one in other threads: one for each half of its lines, or one where it is a single document
 * or packed. Yields spans, or batches of them and what each thread reports at its end.
 */
export async function* readFileInThreads(
  path: string,
  onProblem: OnProblem,
): AsyncGenerator<readonly Span[] | SpanBatch | ReadReport> {
  const parts = path === "-" ? [] : await partsOf(path);
  if (parts.length === 0) {
    yield* readFile(path, onProblem);
    return;
  }
  yield* fromThreads(parts, onProblem);
}

/** The parts to read at the same time; none for a small file, and for one that cannot be opened, as reading it will report. */
async function partsOf(path: string): Promise<FilePart[]> {
  let file: FileHandle;
  try {
    file = await open(path);
  } catch {
    return [];
  }
  try {
    const stats = await file.stat();
    if (!stats.isFile() || stats.size < minBytes) return [];
    const middle = await splitOf(file, stats.size, path);
    return middle === undefined
      ? [{ path, from: 0, to: undefined }]
      : [
          { path, from: 0, to: middle },
          { path, from: middle, to: undefined },
        ];
  } finally {
    await file.close();
  }
}

/** Where the first line begins in the second half of a file of lines; undefined for another file. */
async function splitOf(file: FileHandle, size: number, path: string): Promise<number | undefined> {
  const opening = await bytesAt(file, 0, openingBytes);
  try {
    if (!detect(opening, false, path)?.isLines) return undefined;
  } catch {
    return undefined;
  }
  const half = Math.floor(size / 2);
  for (let at = half; at < Math.min(size, half + maxLineBytes); at += openingBytes) {
    const end = (await bytesAt(file, at, openingBytes)).indexOf(newline);
    if (end >= 0) return at + end + 1 < size ? at + end + 1 : undefined;
  }
  return undefined;
}

async function bytesAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, position);
  return buffer.subarray(0, bytesRead);
}

async function* fromThreads(
  parts: readonly FilePart[],
  onProblem: OnProblem,
): AsyncGenerator<SpanBatch | ReadReport> {
  const arrived: (FromWorker | Error)[] = [];
  let wake = () => {};
  const inputs: (readonly Problem[])[] = [];
  const workers = parts.map((part, n) => {
    const worker = new Worker(workerUrl(), { workerData: part });
    const put = (message: FromWorker | Error) => {
      if (!(message instanceof Error) && message.kind === "end") inputs[n] = message.input;
      arrived.push(message);
      wake();
    };
    return worker.on("message", put).on("error", put);
  });
  const texts = new Map<string, string>();
  const intern = (text: string) => {
    const known = texts.get(text);
    if (known !== undefined) return known;
    if (texts.size < maxTexts) texts.set(text, text);
    return text;
  };
  try {
    for (let running = workers.length; running > 0; ) {
      const message = arrived.shift();
      if (!message) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
        continue;
      }
      if (message instanceof Error) throw message;
      if (message.kind === "batch") yield unpack(message.batch, intern);
      else if (message.kind === "failed") throw failureOf(message);
      else {
        running -= 1;
        yield message.report;
      }
    }
    for (const problem of joined(inputs.flat())) onProblem(problem);
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}

/** Each kind once, with the place of the first. */
function joined(problems: readonly Problem[]): Problem[] {
  return [...Map.groupBy(problems, ({ what }) => what).values()].flatMap((ofKind) => {
    const [first] = ofKind;
    return first ? { ...first, count: ofKind.reduce((sum, { count }) => sum + count, 0) } : [];
  });
}

/** Beyond this number, most texts are unique. */
const maxTexts = 100_000;

/** Next to this file, in the language that it is in itself. */
function workerUrl(): URL {
  return new URL(import.meta.url.endsWith(".ts") ? "./worker.ts" : "./worker.js", import.meta.url);
}

function failureOf({ code, message }: Extract<FromWorker, { kind: "failed" }>): Error {
  return isErrorCode(code) ? new HoldupError(code, message) : new Error(message);
}
