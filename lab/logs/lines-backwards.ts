import type { FileHandle } from "node:fs/promises";

const chunkBytes = 65_536;
const newline = 10;

/** Lines of a file from the one that ends at `end` to the first, in chunks: a reader who wants ten reads no more. */
export async function* linesBackwards(file: FileHandle, end: number): AsyncGenerator<string> {
  let at = end;
  let rest: Buffer[] = [];
  while (at > 0) {
    const from = Math.max(0, at - chunkBytes);
    const chunk = Buffer.alloc(at - from);
    await file.read(chunk, 0, chunk.length, from);
    at = from;
    let stop = chunk.length;
    for (let i = chunk.lastIndexOf(newline); i >= 0; i = i > 0 ? chunk.lastIndexOf(newline, i - 1) : -1) {
      const line = Buffer.concat([chunk.subarray(i + 1, stop), ...rest]).toString("utf8");
      rest = [];
      stop = i;
      if (line !== "") yield line;
    }
    rest = [chunk.subarray(0, stop), ...rest];
  }
  const first = Buffer.concat(rest).toString("utf8");
  if (first !== "") yield first;
}
