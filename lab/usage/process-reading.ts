import { readFile } from "node:fs/promises";
import { totalmem } from "node:os";
import pidusage from "pidusage";
import type { Reading } from "./reading.ts";

async function fields(pid: number, file: string): Promise<Record<string, number>> {
  const text = await readFile(`/proc/${pid}/${file}`, "utf8").catch(() => "");
  return Object.fromEntries(
    [...text.matchAll(/^(\w+):\s*(\d+)/gm)].map(([, key, value]) => [key, Number(value)]),
  );
}

/**
 * What a local process has used, in the columns of containers; undefined when it is gone. Its network is not told apart from the
 * machine's; disk and threads are known on Linux alone.
 */
export async function processReading(process: {
  readonly name: string;
  readonly service: string;
  readonly pid: number;
}): Promise<Reading | undefined> {
  const { name, service, pid } = process;
  try {
    const [{ ctime, memory, timestamp }, io, status] = await Promise.all([
      pidusage(pid),
      fields(pid, "io"),
      fields(pid, "status"),
    ]);
    const { read_bytes: readBytes, write_bytes: writtenBytes } = io;
    return {
      name,
      service,
      id: String(pid),
      timeMs: timestamp,
      cpuNs: ctime * 1_000_000,
      memoryBytes: memory,
      memoryLimitBytes: totalmem(),
      net: undefined,
      block: readBytes === undefined || writtenBytes === undefined ? undefined : { readBytes, writtenBytes },
      pids: status["Threads"],
    };
  } catch {
    return undefined;
  }
}
