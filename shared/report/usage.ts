import { readFileSync } from "node:fs";
import { join } from "node:path";

/** CPU time since a fixed moment, ms, and memory now. */
export type Reading = { readonly cpuMs: number; readonly memoryBytes: number };

export type UsageSource = {
  readonly source: "cgroup" | "process";
  readonly read: () => Reading;
};

/** A container sees its own cgroup here, and none above it. */
const cgroupDir = "/sys/fs/cgroup";
/** The first process of a container: the service, or an init that started it. */
const firstPid = 1;

/**
 * Chooses where to read this service's usage: of its container, as `docker stats` shows it, when it has one of its own; else of
 * its process. `dir` holds the cgroup files.
 */
export function findUsageSource(dir: string = cgroupDir, pid: number = process.pid): UsageSource {
  return (
    ofCgroup(join(dir, "cgroup.procs"), pid, () => readCgroup(dir)) ??
    ofCgroup(join(dir, "memory", "cgroup.procs"), pid, () => readOldCgroup(dir)) ??
    ofProcess
  );
}

/** Undefined without cgroup files, or when other processes share the container, so that its usage includes theirs. */
function ofCgroup(procs: string, pid: number, reading: () => Reading): UsageSource | undefined {
  try {
    const pids = readFileSync(procs, "utf8").trim().split("\n").map(Number);
    if (!pids.every((other) => other === pid || other === firstPid)) return undefined;
    reading();
    return { source: "cgroup", read: reading };
  } catch {
    return undefined;
  }
}

const ofProcess: UsageSource = {
  source: "process",
  read() {
    const { user, system } = process.cpuUsage();
    return { cpuMs: (user + system) / 1000, memoryBytes: process.memoryUsage.rss() };
  },
};

/** Memory without the file cache that the kernel could drop, as the docker command shows it; a cache above the total is ignored. */
export function withoutCache(usedBytes: number, inactiveFileBytes: number): number {
  return inactiveFileBytes < usedBytes ? usedBytes - inactiveFileBytes : usedBytes;
}

/** Source: https://docs.kernel.org/admin-guide/cgroup-v2.html; file cache that the kernel could drop does not count. */
function readCgroup(dir: string): Reading {
  const cpuUs = field(read(dir, "cpu.stat"), "usage_usec");
  const inactive = field(read(dir, "memory.stat"), "inactive_file");
  return { cpuMs: cpuUs / 1000, memoryBytes: withoutCache(Number(read(dir, "memory.current")), inactive) };
}

/** The same for version 1, where each controller has a folder. Source: https://docs.kernel.org/admin-guide/cgroup-v1/memory.html */
function readOldCgroup(dir: string): Reading {
  const cpuNs = count(read(dir, "cpuacct/cpuacct.usage"));
  const inactive = field(read(dir, "memory/memory.stat"), "total_inactive_file");
  const memory = count(read(dir, "memory/memory.usage_in_bytes"));
  return { cpuMs: cpuNs / 1_000_000, memoryBytes: withoutCache(memory, inactive) };
}

function count(text: string): number {
  if (!/^\d+\s*$/.test(text)) throw new Error("no number");
  return Number(text);
}

function read(dir: string, file: string): string {
  return readFileSync(join(dir, file), "utf8");
}

/** A number in a file of lines such as `usage_usec 4711`; throws when it is missing. */
function field(text: string, name: string): number {
  const found = new RegExp(`^${name} (\\d+)$`, "m").exec(text)?.[1];
  if (found === undefined) throw new Error(`no ${name}`);
  return Number(found);
}
