import type { ErrorCode } from "../core/errors.ts";
import type { OperationName } from "../shared/pipeline/workload-names.ts";

/** What a worker thread is given: one of the `slices` parts of an operation. Plain values, as it is cloned. */
export type SliceTask = {
  readonly operation: OperationName;
  readonly items: number;
  readonly seed: number;
  readonly slice: number;
  readonly slices: number;
  /** Memory that the slice fills and reads back in turns, MiB. It is part of the work. */
  readonly memoryMb: number;
  /** How much of that it holds at once, MiB. It depends on the threads and does not change the result. */
  readonly residentMb: number;
  /** One run of an operation; names its files and Redis keys. */
  readonly runId: string;
  readonly redisUrl: string;
  readonly workDir: string;
};

/** When and where a slice ran, told by its thread. Times in ms of the monotonic clock, see `monotonicMs`. */
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

/** Errors leave the thread as values: cloning would take their class and code away. */
export type SliceOutcome =
  | (SliceReport & { readonly ok: true })
  | (SliceTimes & {
      readonly ok: false;
      readonly code: ErrorCode;
      readonly message: string;
      /** Text of the error behind it, for the log; empty when there is none. */
      readonly cause: string;
    });

/** Milliseconds of a clock that all threads of the process share, unlike `performance.now()`. */
export function monotonicMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

/** Items [from, to) of a slice: contiguous, and together all items exactly once. */
export function sliceRange(task: Pick<SliceTask, "items" | "slice" | "slices">): {
  from: number;
  to: number;
} {
  return {
    from: Math.floor((task.items * task.slice) / task.slices),
    to: Math.floor((task.items * (task.slice + 1)) / task.slices),
  };
}
