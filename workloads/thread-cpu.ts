/** CPU time of this thread so far, user and system, as the kernel counts it, ms. */
export function threadCpuMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

const nothing = new Int32Array(new SharedArrayBuffer(4));

/** Sleeps to try, ms: one that ends before the kernel deschedules the thread has no effect. */
const sleepsMs = [0.02, 0.05, 0.1, 0.5, 2];

/**
 * CPU time of this thread up to now, ms. Linux advances the clock of a running thread only at its ticks, every 4 ms by
 * default, so a short slice would show 0; when a thread sleeps, its clock is brought up to date. Costs about 0.1 ms.
 */
export function countedCpuMs(): number {
  const beforeMs = threadCpuMs();
  for (const ms of sleepsMs) {
    Atomics.wait(nothing, 0, 0, ms);
    const countedMs = threadCpuMs();
    if (countedMs > beforeMs) return countedMs;
  }
  return beforeMs;
}
