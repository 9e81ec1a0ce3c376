import { promises as fs } from "node:fs";
import { HoldupError } from "../../core/errors.ts";

/** A file that only this run uses. `sync` waits until the data is on disk; `remove` closes and deletes the file. */
export type LineFile = {
  write(text: string, offset: number): Promise<void>;
  sync(): Promise<void>;
  read(bytes: number, offset: number): Promise<string>;
  remove(): Promise<void>;
};

/** @throws HoldupError HOLDUP_WORKLOAD_FAILED, here and in every call, with the path, when the disk fails */
export async function createLineFile(path: string): Promise<LineFile> {
  // x: an existing file belongs to another program.
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

/** Runs a file operation. @throws HoldupError HOLDUP_WORKLOAD_FAILED that names the path and the reason */
export async function disk<T>(path: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new HoldupError(
      "HOLDUP_WORKLOAD_FAILED",
      `Cannot use the work file ${path}: ${reason}. Check free space and permissions of HOLDUP_WORK_DIR.`,
      { cause },
    );
  }
}
