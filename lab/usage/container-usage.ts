import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { z } from "zod";
import type { Usage } from "./process-usage.ts";

const run = promisify(execFile);

const answerMs = 5000;
const stats = z.object({ MemUsage: z.string(), CPUPerc: z.string() });
/** Docker counts in KiB, Podman in kB. */
const bytesOf = new Map([
  ["B", 1],
  ["KiB", 1024],
  ["MiB", 1024 ** 2],
  ["GiB", 1024 ** 3],
  ["kB", 1000],
  ["MB", 1000 ** 2],
  ["GB", 1000 ** 3],
]);

/** One line of `docker stats --format '{{json .}}'`; undefined when the container does not run. */
export function parseStats(line: string): Usage | undefined {
  const { MemUsage, CPUPerc } = stats.parse(JSON.parse(line));
  const [, size, unit = ""] = /^([\d.]+)([A-Za-z]+)/.exec(MemUsage) ?? [];
  const cpuPercent = Number.parseFloat(CPUPerc);
  const residentBytes = Math.round(Number(size) * (bytesOf.get(unit) ?? Number.NaN));
  // "--" stands for what is not known.
  return Number.isNaN(residentBytes + cpuPercent) || residentBytes === 0
    ? undefined
    : { residentBytes, cpuPercent };
}

/**
 * Memory of a container (without the files that the kernel could drop), and percent of one core over about a second, as
 * its engine counts them; undefined when that does not answer.
 */
export async function measureContainer(name: string): Promise<Usage | undefined> {
  try {
    const args = ["stats", "--no-stream", "--format", "{{json .}}", name];
    return parseStats((await run("docker", args, { timeout: answerMs })).stdout);
  } catch {
    return undefined;
  }
}
