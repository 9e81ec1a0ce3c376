/** CPU in percent of one core over the time since the sample before, and memory at its end. */
export type UsagePoint = { readonly atMs: number; readonly cpuPercent: number; readonly memoryBytes: number };

export type UsageOver = {
  /** Mean over the part of the time that samples cover. */
  readonly cpuPercent: number;
  readonly maxCpuPercent: number;
  readonly maxMemoryBytes: number;
};

/** Longest that a sample may speak for; after a gap it says nothing of what was before. */
const longestMs = 2000;

/**
 * What was used between two moments, from samples in order. A sample counts as much as its time lies in between:
 *
 *     samples   ----1----2----3----4
 *     asked           [======]          a part of 2, all of 3, a part of 4
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
