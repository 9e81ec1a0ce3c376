import type { ErrorCode } from "../core/errors.ts";
import type { OperationName } from "../shared/pipeline/workload-names.ts";

/** One of the `slices` of an operation, as a worker thread receives it. Plain values, as it is cloned. */
export type SliceTask = {
  readonly operation: OperationName;
  readonly items: number;
  readonly seed: number;
  readonly slice: number;
  readonly slices: number;
  /** Memory that the slice writes and reads back, MiB in total. It affects the result. */
  readonly memoryMb: number;
  /** How much of that it holds at once, MiB. It depends on the number of threads and does not change the result. */
  readonly residentMb: number;
  /** One run of an operation; names its files and Redis keys. */
  readonly runId: string;
  readonly redisUrl: string;
  readonly workDir: string;
};

/** When and where a slice ran, as its thread reports it. Times in ms of `monotonicMs`. */
export type SliceTimes = {
  readonly threadId: number;
  readonly startedMs: number;
  readonly endedMs: number;
  /** CPU time of the thread in the slice, user and system, ms. */
  readonly cpuMs: number;
  /** CPU time of the thread since it started, at the end of the slice, ms. */
  readonly threadCpuMs: number;
};

export type SliceReport = SliceTimes & { readonly digest: string };

/** Errors leave the thread as values: cloning would drop their class and code. */
export type SliceOutcome =
  | (SliceReport & { readonly ok: true })
  | (SliceTimes & {
      readonly ok: false;
      readonly code: ErrorCode;
      readonly message: string;
      /** Text of the underlying error, for the log; empty without one. */
      readonly cause: string;
    });

/** Milliseconds of a clock that all threads of the process share, unlike `performance.now()`. */
export function monotonicMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

/** Items [from, to) of a slice. The slices of an operation cover every item exactly once, in order. */
export function sliceRange(task: Pick<SliceTask, "items" | "slice" | "slices">): {
  from: number;
  to: number;
} {
  return {
    from: Math.floor((task.items * task.slice) / task.slices),
    to: Math.floor((task.items * (task.slice + 1)) / task.slices),
  };
}

/**
 * Adds up the slices of an operation: it waits until its first slice starts, and runs until its last slice ends.
 * `submittedMs` is a time of `monotonicMs`.
 */
export function timesOf(submittedMs: number, slices: readonly SliceTimes[]) {
  const startedMs = Math.min(...slices.map((slice) => slice.startedMs));
  const endedMs = Math.max(...slices.map((slice) => slice.endedMs));
  return {
    queueMs: Math.max(0, startedMs - submittedMs),
    runMs: endedMs - startedMs,
    cpuMs: slices.reduce((sum, slice) => sum + slice.cpuMs, 0),
    threads: new Set(slices.map((slice) => slice.threadId)).size,
  };
}
