import { promises as fs } from "node:fs";
import { HoldupError } from "../../core/errors.ts";

/** A file of this run alone. `sync` waits until the disk has what was written; `remove` closes and deletes it. */
export type LineFile = {
  write(text: string, offset: number): Promise<void>;
  sync(): Promise<void>;
  read(bytes: number, offset: number): Promise<string>;
  remove(): Promise<void>;
};

/** @throws HoldupError HOLDUP_WORKLOAD_FAILED here and in every call, with the path, when the disk says no */
export async function createLineFile(path: string): Promise<LineFile> {
  // x: a file that exists already is somebody else's.
  const file = await disk(path, () => fs.open(path, "wx+"));
  return {
    async write(text, offset) {
      await disk(path, () => file.write(text, offset, "latin1"));
    },
    sync: () => disk(path, () => file.sync()),
    async read(bytes, offset) {
      const { buffer, bytesRead } = await disk(path, () => file.read(Buffer.alloc(bytes), 0, bytes, offset));
      return buffer.toString("latin1", 0, bytesRead);
    },
    async remove() {
      await file.close().catch(() => undefined);
      await fs.rm(path, { force: true }).catch(() => undefined);
    },
  };
}

/** Runs a file operation and names its failure. */
export async function disk<T>(path: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new HoldupError(
      "HOLDUP_WORKLOAD_FAILED",
      `Cannot use the work file ${path}: ${reason}. Check the space and rights of HOLDUP_WORK_DIR.`,
      { cause },
    );
  }
}
