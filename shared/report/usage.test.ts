import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { findUsageSource } from "./usage.ts";

const ownPid = 7;

/** A folder with the files of a cgroup. */
function cgroup(files: Readonly<Record<string, string>>): string {
  const dir = mkdtempSync(join(tmpdir(), "holdup-cgroup-"));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, name)), { recursive: true });
    writeFileSync(join(dir, name), text);
  }
  return dir;
}

const container = {
  "cgroup.procs": `1\n${ownPid}\n`,
  "cpu.stat": "usage_usec 2500000\nuser_usec 2000000\nsystem_usec 500000\n",
  "memory.current": "104857600\n",
  "memory.stat": "anon 60000000\nfile 40000000\ninactive_file 4857600\nactive_file 5\n",
};

describe("what a service uses", () => {
  it("is what its container uses, without droppable file cache", () => {
    const usage = findUsageSource(cgroup(container), ownPid);
    expect(usage.source).toBe("cgroup");
    expect(usage.read()).toEqual({ cpuMs: 2500, memoryBytes: 100_000_000 });
  });

  it("is the same with version 1 of cgroups", () => {
    const files = {
      "memory/cgroup.procs": `1\n${ownPid}\n`,
      "cpuacct/cpuacct.usage": "2500000000\n",
      "memory/memory.usage_in_bytes": "104857600\n",
      "memory/memory.stat": "cache 5\ninactive_file 3\ntotal_inactive_file 4857600\n",
    };
    const usage = findUsageSource(cgroup(files), ownPid);
    expect(usage.source).toBe("cgroup");
    expect(usage.read()).toEqual({ cpuMs: 2500, memoryBytes: 100_000_000 });
  });

  it.each([
    ["other processes work in the container", { ...container, "cgroup.procs": `1\n${ownPid}\n8\n` }],
    ["it is a machine's root group, which has no memory file", { ...container, "memory.current": "" }],
    ["the files are missing", {}],
    ["a file has unexpected content", { ...container, "cpu.stat": "nr_periods 0\n" }],
  ])("is what its process uses when %s", (_, files) => {
    const { "memory.current": memory, ...rest } = files as Partial<typeof container>;
    const usage = findUsageSource(cgroup(memory ? { ...rest, "memory.current": memory } : rest), ownPid);
    expect(usage.source).toBe("process");
    expect(usage.read().memoryBytes).toBeGreaterThan(10_000_000);
    expect(usage.read().cpuMs).toBeGreaterThan(0);
  });
});
