import { threadId } from "node:worker_threads";
import { type ErrorCode, HoldupError } from "../core/errors.ts";
import { createRedis, type Redis } from "../shared/redis.ts";
import { runOperation } from "./run-operation.ts";
import { monotonicMs, type SliceOutcome, type SliceTask, type SliceTimes } from "./slice.ts";
import { countedCpuMs, threadCpuMs } from "./thread-cpu.ts";

/** Kept by the thread from its first I/O operation on: connecting costs more than a light operation. */
const clients = new Map<string, Redis>();

/** Runs one slice in a worker thread. Never throws; see `SliceOutcome`. */
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

function redisConnection(url: string): Redis {
  const client = clients.get(url) ?? createRedis(url);
  clients.set(url, client);
  return client;
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
