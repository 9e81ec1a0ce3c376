import { readFileSync } from "node:fs";
import { join } from "node:path";

/** CPU time since some moment, ms, and memory now. */
export type Reading = { readonly cpuMs: number; readonly memoryBytes: number };

export type UsageSource = {
  readonly source: "cgroup" | "process";
  readonly read: () => Reading;
};

/** A container sees its own cgroup here, and nothing above. */
const cgroupDir = "/sys/fs/cgroup";
/** The process that a container begins with: the service, or an init that started it. */
const firstPid = 1;

/**
 * Where to read what this service uses: in a container of its own what the container uses, as `docker stats` shows it; else what
 * its process uses. `dir` is where cgroup version 2 has its files.
 */
export function findUsageSource(dir: string = cgroupDir, pid: number = process.pid): UsageSource {
  const cgroup = { source: "cgroup", read: () => readCgroup(dir) } as const;
  try {
    // A container that others work in, too, says nothing of this service.
    const pids = read(dir, "cgroup.procs").trim().split("\n").map(Number);
    if (!pids.every((other) => other === pid || other === firstPid)) return ofProcess;
    cgroup.read();
    return cgroup;
  } catch {
    return ofProcess;
  }
}

const ofProcess: UsageSource = {
  source: "process",
  read() {
    const { user, system } = process.cpuUsage();
    return { cpuMs: (user + system) / 1000, memoryBytes: process.memoryUsage.rss() };
  },
};

/** Source: https://docs.kernel.org/admin-guide/cgroup-v2.html; files that could be dropped at once do not count. */
function readCgroup(dir: string): Reading {
  const cpuUs = field(read(dir, "cpu.stat"), "usage_usec");
  const inactive = field(read(dir, "memory.stat"), "inactive_file");
  return { cpuMs: cpuUs / 1000, memoryBytes: Math.max(0, Number(read(dir, "memory.current")) - inactive) };
}

function read(dir: string, file: string): string {
  return readFileSync(join(dir, file), "utf8");
}

/** A number in a file of lines such as `usage_usec 4711`; throws when it is not there. */
function field(text: string, name: string): number {
  const found = new RegExp(`^${name} (\\d+)$`, "m").exec(text)?.[1];
  if (found === undefined) throw new Error(`no ${name}`);
  return Number(found);
}
