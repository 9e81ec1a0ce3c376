import { threadId } from "node:worker_threads";
import { type ErrorCode, HoldupError } from "../core/errors.ts";
import { redisConnection } from "./io/connection.ts";
import { runOperation } from "./run-operation.ts";
import { monotonicMs, type SliceOutcome, type SliceTask, type SliceTimes } from "./slice.ts";
import { countedCpuMs, threadCpuMs } from "./thread-cpu.ts";

/** What runs in a worker thread: one slice. Never throws; see `SliceOutcome`. */
export async function runSlice(task: SliceTask): Promise<SliceOutcome> {
  const cpuBeforeMs = threadCpuMs();
  const startedMs = monotonicMs();
  const times = (): SliceTimes => {
    const countedMs = countedCpuMs();
    return {
      threadId,
      startedMs,
      endedMs: monotonicMs(),
      cpuMs: countedMs - cpuBeforeMs,
      threadCpuMs: countedMs,
    };
  };
  try {
    const digest = await runOperation(task, () => redisConnection(task.redisUrl));
    return { ok: true, digest, ...times() };
  } catch (thrown) {
    return { ok: false, ...failureOf(thrown, task), ...times() };
  }
}

function failureOf(thrown: unknown, task: SliceTask): { code: ErrorCode; message: string; cause: string } {
  const cause = thrown instanceof Error ? thrown.cause : undefined;
  if (thrown instanceof HoldupError) {
    return { code: thrown.code, message: thrown.message, cause: String(cause ?? "") };
  }
  return {
    code: "HOLDUP_WORKLOAD_FAILED",
    message: `${task.operation} failed: ${String(thrown)}`,
    cause: (thrown instanceof Error && thrown.stack) || String(thrown),
  };
}
