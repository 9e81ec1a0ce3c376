import { open } from "node:fs/promises";
import type { Start } from "./follow-files.ts";

const chunkBytes = 65_536;

/** Where the last whole line of a file ends; what comes after it is still being written. */
export async function lastWholeLine(path: string): Promise<Start & { size: number }> {
  const file = await open(path, "r").catch(() => undefined);
  if (!file) return { inode: 0, offset: 0, size: 0 };
  try {
    const { size, ino } = await file.stat();
    for (let at = size; at > 0; at -= Math.min(at, chunkBytes)) {
      const from = Math.max(0, at - chunkBytes);
      const chunk = Buffer.alloc(at - from);
      await file.read(chunk, 0, chunk.length, from);
      const newline = chunk.lastIndexOf(10);
      if (newline >= 0) return { inode: ino, offset: from + newline + 1, size };
    }
    return { inode: ino, offset: 0, size };
  } finally {
    await file.close();
  }
}
