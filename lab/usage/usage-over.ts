/** CPU in percent of one core since the previous sample, and memory at this one. */
export type UsagePoint = { readonly atMs: number; readonly cpuPercent: number; readonly memoryBytes: number };

export type UsageOver = {
  /** Mean over the time that samples cover. */
  readonly cpuPercent: number;
  readonly maxCpuPercent: number;
  readonly maxMemoryBytes: number;
};

/** Longest time that a sample covers; after a gap it does not cover the time before. */
const longestMs = 2000;

/**
 * Usage between two moments, from samples in order. A sample is weighted by how much of its time is in between:
 *
 *     samples   ----1----2----3----4
 *     asked           [======]          some of 2, all of 3, some of 4
 */
export function usageOver(
  samples: readonly UsagePoint[],
  fromMs: number,
  toMs: number,
): UsageOver | undefined {
  let coveredMs = 0;
  let cpuMs = 0;
  let maxCpuPercent = 0;
  let maxMemoryBytes = 0;
  for (const [index, { atMs, cpuPercent, memoryBytes }] of samples.entries()) {
    const beganMs = Math.max(samples[index - 1]?.atMs ?? atMs - 1000, atMs - longestMs);
    const insideMs = Math.min(atMs, toMs) - Math.max(beganMs, fromMs);
    if (insideMs <= 0) continue;
    coveredMs += insideMs;
    cpuMs += insideMs * cpuPercent;
    maxCpuPercent = Math.max(maxCpuPercent, cpuPercent);
    maxMemoryBytes = Math.max(maxMemoryBytes, memoryBytes);
  }
  return coveredMs > 0 ? { cpuPercent: cpuMs / coveredMs, maxCpuPercent, maxMemoryBytes } : undefined;
}
