import type { OperationResult, OrderWork } from "./order.ts";
import type { OperationSpan } from "./stages.ts";

/** An operation that waits for worker threads or runs on them. */
export type OperationUnderWay = {
  readonly orderId: string;
  readonly operation: string;
  readonly intensity: string;
  readonly sinceMs: number;
};

/** What the worker threads of a service are doing now. */
export type WorkerLoad = {
  readonly threads: number;
  readonly busy: number;
  readonly queued: number;
  readonly operations: readonly OperationUnderWay[];
};

/** Runs the operations of a service in worker threads; `createWorkloads` of workloads/ creates it. */
export type OperationRunner = {
  /**
   * Runs the operation of one span for an order, inside an OpenTelemetry span of that name.
   *
   * @throws HoldupError HOLDUP_OVERLOADED or HOLDUP_STOPPING when it was refused, HOLDUP_REDIS_UNREACHABLE,
   * HOLDUP_WORKLOAD_FAILED (a thread or the disk failed), HOLDUP_WORKLOAD_WRONG_RESULT
   */
  run(span: OperationSpan, order: OrderWork): Promise<OperationResult>;
  load(): WorkerLoad;
  /** Finishes what runs, refuses what waits, ends the threads, and removes files. */
  stop(): Promise<void>;
};
