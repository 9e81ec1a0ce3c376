import { threadId } from "node:worker_threads";
import { monotonicMs, type SliceOutcome, type SliceTask } from "../slice.ts";

/** Seed of a slice that sleeps instead of burning. */
export const sleeping = 0;

const cpuMs = () => {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
};

/** Stands in for worker.ts with a known cost: burns exactly `items` ms of its thread's CPU, or sleeps as long. */
export async function runSlice(task: SliceTask): Promise<SliceOutcome> {
  const startedMs = monotonicMs();
  const startCpuMs = cpuMs();
  if (task.seed === sleeping) await new Promise((resolve) => setTimeout(resolve, task.items));
  else while (cpuMs() - startCpuMs < task.items);
  // As worker.ts does, so that the clock is up to date.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 0.001);
  const threadCpuMs = cpuMs();
  const times = { threadId, startedMs, endedMs: monotonicMs(), cpuMs: threadCpuMs - startCpuMs, threadCpuMs };
  return { ok: true, digest: "", ...times };
}
