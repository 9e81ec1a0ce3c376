import type { Worker } from "node:worker_threads";
import { monotonicMs, type SliceOutcome } from "../slice.ts";

/** CPU time that an operation had used by a moment, in all its threads, ms. */
export type ThreadReading = { readonly atMs: number; readonly cpuMs: number };

/** CPU time of a thread at the end of its last slice, ms, which is also the start value of its next one. */
const atLastEnd = new WeakMap<Worker, number>();

type RunningSlice = { readonly worker: Worker; readonly startCpuMs: Promise<number>; usedMs: number };

async function threadCpuMs(worker: Worker): Promise<number> {
  const { user, system } = await worker.cpuUsage();
  return (user + system) / 1000;
}

/** Follows the CPU time of one operation over its slices: exact at their ends, sampled from outside in between. */
export function createThreadUsage() {
  const running = new Map<number, RunningSlice>();
  const readings: ThreadReading[] = [];
  let endedMs = 0;

  const totalMs = () => [...running.values()].reduce((sum, { usedMs }) => sum + usedMs, endedMs);
  const record = () => readings.push({ atMs: monotonicMs(), cpuMs: totalMs() });

  return {
    sliceStarted(slice: number, worker: Worker): void {
      if (readings.length === 0) record();
      const known = atLastEnd.get(worker);
      // A thread's first slice: the cost of starting the thread is not known yet.
      const startCpuMs = known === undefined ? threadCpuMs(worker) : Promise.resolve(known);
      startCpuMs.catch(() => {});
      running.set(slice, { worker, startCpuMs, usedMs: 0 });
    },
    sliceEnded(slice: number, outcome: SliceOutcome | undefined): void {
      const ended = running.get(slice);
      running.delete(slice);
      // For a thread that died, only the last sample is known.
      endedMs += outcome?.cpuMs ?? ended?.usedMs ?? 0;
      if (ended && outcome) atLastEnd.set(ended.worker, outcome.threadCpuMs);
    },
    /** Samples the running threads; costs about 50 µs each. */
    async sample(): Promise<void> {
      await Promise.all(
        [...running.values()].map(async (slice) => {
          try {
            const [now, start] = await Promise.all([threadCpuMs(slice.worker), slice.startCpuMs]);
            slice.usedMs = Math.max(slice.usedMs, now - start);
          } catch {
            // The thread is ending; its slice reports its own time.
          }
        }),
      );
      record();
    },
    /** All readings; the last one is taken now, and exact once all slices have ended. */
    finish(): readonly ThreadReading[] {
      record();
      return readings;
    },
  };
}
