import { readFile } from "node:fs/promises";
import { totalmem } from "node:os";
import pidusage from "pidusage";
import type { Reading } from "./samples.ts";

type LocalProcess = { readonly name: string; readonly service: string; readonly pid: number };

async function procFields(pid: number, file: string): Promise<Record<string, number>> {
  const text = await readFile(`/proc/${pid}/${file}`, "utf8").catch(() => "");
  return Object.fromEntries(
    [...text.matchAll(/^(\w+):\s*(\d+)/gm)].map(([, key, value]) => [key, Number(value)]),
  );
}

async function readProcess({ name, service, pid }: LocalProcess): Promise<Reading | undefined> {
  try {
    const [{ ctime, memory, timestamp }, io, status] = await Promise.all([
      pidusage(pid),
      procFields(pid, "io"),
      procFields(pid, "status"),
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

/**
 * A reading of each local process that still runs. Network traffic is unknown, because the system does not count it per
 * process; disk and threads are known on Linux only.
 */
export async function readProcesses(processes: readonly LocalProcess[]): Promise<readonly Reading[]> {
  const readings = await Promise.all(processes.map(readProcess));
  // pidusage keeps a timer for its history, which readings do not need.
  pidusage.clear();
  return readings.flatMap((reading) => reading ?? []);
}
