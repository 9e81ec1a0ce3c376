import { setTimeout as delay } from "node:timers/promises";
import pidusage from "pidusage";

export type Usage = { readonly residentBytes: number; readonly cpuPercent: number };

const windowMs = 1000;

async function sample(pid: number): Promise<Usage | undefined> {
  try {
    const { memory, cpu } = await pidusage(pid);
    return { residentBytes: memory, cpuPercent: cpu };
  } catch {
    return undefined;
  }
}

/** Resident memory, and percent of one core over a window of one second, of each process that is still there. */
export async function measureUsage(pids: readonly number[]): Promise<ReadonlyMap<number, Usage>> {
  // What the first call says about CPU is an average since the start; it only opens the window.
  await Promise.all(pids.map(sample));
  await delay(windowMs);
  const found = new Map<number, Usage>();
  await Promise.all(
    pids.map(async (pid) => {
      const usage = await sample(pid);
      if (usage) found.set(pid, usage);
    }),
  );
  // It keeps a timer for its history.
  pidusage.clear();
  return found;
}
