import { parentPort, workerData } from "node:worker_threads";
import { toHoldupError } from "../../../core/errors.ts";
import type { Problem } from "../../span.ts";
import { createSpanReader, type ReadReport } from "../../spans/span-reader.ts";
import { readLinesOfFile } from "../read-file.ts";
import { buffersOf, type PackedBatch, pack } from "./transfer.ts";

/** A part of a file, in bytes; up to its end where `to` is undefined. */
export type FilePart = { readonly path: string; readonly from: number; readonly to: number | undefined };

export type FromWorker =
  | { readonly kind: "batch"; readonly batch: PackedBatch }
  | { readonly kind: "end"; readonly report: ReadReport; readonly input: readonly Problem[] }
  | { readonly kind: "failed"; readonly code: string; readonly message: string };

const port = parentPort;

function send(message: FromWorker): void {
  port?.postMessage(message, message.kind === "batch" ? buffersOf(message.batch) : []);
}

async function read({ path, from, to }: FilePart): Promise<void> {
  const reader = createSpanReader();
  const input: Problem[] = [];
  for await (const spans of readLinesOfFile(path, { from, to }, (problem) => input.push(problem))) {
    for (const span of spans) reader.add(span);
    for (const batch of reader.take(false)) send({ kind: "batch", batch: pack(batch) });
  }
  const { batches, spans, problems, gaps, services } = reader.end();
  for (const batch of batches) send({ kind: "batch", batch: pack(batch) });
  send({ kind: "end", report: { spans, problems: problems.list(), gaps: gaps.list(), services }, input });
}

function isFilePart(value: unknown): value is FilePart {
  return typeof value === "object" && value !== null && "path" in value && "from" in value;
}

const part: unknown = workerData;
if (isFilePart(part)) {
  read(part).catch((thrown: unknown) => {
    const { code, message } = toHoldupError(thrown);
    send({ kind: "failed", code, message });
  });
}
