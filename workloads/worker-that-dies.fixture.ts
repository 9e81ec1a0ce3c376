import { threadId } from "node:worker_threads";
import { monotonicMs, type SliceOutcome, type SliceTask } from "./slice.ts";

/** Replaces worker.ts with one that dies: slice 1 of seed 1 exhausts the heap, slice 1 of seed 2 exits. */
export async function runSlice(task: SliceTask): Promise<SliceOutcome> {
  const startedMs = monotonicMs();
  if (task.slice === 1 && task.seed === 1) {
    const kept: string[][] = [];
    while (true) kept.push(Array.from({ length: 1000 }, (_, i) => `${kept.length} ${i}`));
  }
  if (task.slice === 1 && task.seed === 2) process.exit(3);
  return { ok: true, digest: "done", threadId, startedMs, endedMs: monotonicMs(), cpuMs: 0, threadCpuMs: 0 };
}
