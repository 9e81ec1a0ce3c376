import { threadId } from "node:worker_threads";
import { type ErrorCode, HoldupError } from "../shared/errors.ts";
import { redisConnection } from "./io/connection.ts";
import { runOperation } from "./run-operation.ts";
import { monotonicMs, type SliceOutcome, type SliceTask, type SliceTimes } from "./slice.ts";

/** What runs in a worker thread: one slice. Never throws; see `SliceOutcome`. */
export async function runSlice(task: SliceTask): Promise<SliceOutcome> {
  const cpuBefore = process.threadCpuUsage();
  const startedMs = monotonicMs();
  const times = (): SliceTimes => {
    letKernelCount();
    const threadCpuMs = milliseconds(process.threadCpuUsage());
    return {
      threadId,
      startedMs,
      endedMs: monotonicMs(),
      cpuMs: threadCpuMs - milliseconds(cpuBefore),
      threadCpuMs,
    };
  };
  try {
    const digest = await runOperation(task, () => redisConnection(task.redisUrl));
    return { ok: true, digest, ...times() };
  } catch (thrown) {
    return { ok: false, ...failureOf(thrown, task), ...times() };
  }
}

const nothing = new Int32Array(new SharedArrayBuffer(4));

/**
 * Sleeps for the shortest time there is, about 0.1 ms. Linux adds to the clock of a running thread at its ticks only, every 4 ms
 * by default, so a short slice would show as nothing; a thread that sleeps is counted up to that moment.
 */
function letKernelCount(): void {
  Atomics.wait(nothing, 0, 0, 0.001);
}

function milliseconds({ user, system }: NodeJS.CpuUsage): number {
  return (user + system) / 1000;
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
