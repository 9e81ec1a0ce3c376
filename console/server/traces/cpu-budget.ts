import { setTimeout as delay } from "node:timers/promises";

/**
 * Runs heavy work one piece at a time, each followed by a rest nine times its CPU time: at most a tenth of the time is spent on it.
 * A caller waits at most `maxWaitMs` for a rest to end.
 */
export function createCpuBudget({ maxWaitMs = 1_000 }: { readonly maxWaitMs?: number } = {}) {
  let last: Promise<unknown> = Promise.resolve();
  let restUntilMs = 0;

  return {
    isResting: () => performance.now() < restUntilMs,
    run<T>(work: () => T): Promise<T> {
      const turn = last.then(async () => {
        const waitMs = Math.min(restUntilMs - performance.now(), maxWaitMs);
        if (waitMs > 0) await delay(waitMs);
        // CPU time: on a busy machine, elapsed time would count the work of others.
        const before = process.threadCpuUsage();
        try {
          return work();
        } finally {
          const { user, system } = process.threadCpuUsage(before);
          restUntilMs = performance.now() + ((user + system) / 1000) * 9;
        }
      });
      last = turn.catch(() => {});
      return turn;
    },
  };
}

export type CpuBudget = ReturnType<typeof createCpuBudget>;
