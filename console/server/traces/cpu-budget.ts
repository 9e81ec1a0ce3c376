import { setTimeout as delay } from "node:timers/promises";

/**
 * Runs heavy work one piece after the other, with rests in between nine times as long as the work: at most a tenth of the time
 * goes into it. Who asks waits no longer than `mostWaitMs` for a rest to end.
 */
export function createBudget({ mostWaitMs = 1_000 }: { readonly mostWaitMs?: number } = {}) {
  let last: Promise<unknown> = Promise.resolve();
  let restUntilMs = 0;

  return {
    /** True while the last work is being made up for. */
    isResting: () => performance.now() < restUntilMs,
    run<T>(work: () => T): Promise<T> {
      const turn = last.then(async () => {
        const waitMs = Math.min(restUntilMs - performance.now(), mostWaitMs);
        if (waitMs > 0) await delay(waitMs);
        // CPU time: on a busy machine, and this one is when there is much to explain, the clock counts others' work, too.
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

export type Budget = ReturnType<typeof createBudget>;
