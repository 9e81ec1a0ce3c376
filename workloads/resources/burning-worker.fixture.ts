import { threadId } from "node:worker_threads";
import { monotonicMs, type SliceOutcome, type SliceTask } from "../slice.ts";
import { countedCpuMs, threadCpuMs } from "../thread-cpu.ts";

/** Seed of a slice that sleeps instead of burning CPU. */
export const sleeping = 0;

/** Replaces worker.ts with a known cost: burns exactly `items` ms of its thread's CPU, or sleeps for that long. */
export async function runSlice(task: SliceTask): Promise<SliceOutcome> {
  const startedMs = monotonicMs();
  const startCpuMs = threadCpuMs();
  if (task.seed === sleeping) await new Promise((resolve) => setTimeout(resolve, task.items));
  else while (threadCpuMs() - startCpuMs < task.items);
  const countedMs = countedCpuMs();
  const times = {
    threadId,
    startedMs,
    endedMs: monotonicMs(),
    cpuMs: countedMs - startCpuMs,
    threadCpuMs: countedMs,
  };
  return { ok: true, digest: "", ...times };
}
