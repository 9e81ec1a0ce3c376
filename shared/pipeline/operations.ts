import type { OperationResult, WorkOrder } from "./order.ts";
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

/** The operations that a service runs; workloads/ provides them. */
export type Operations = {
  /** Runs the operation of one span for an order. */
  run(span: OperationSpan, order: WorkOrder): Promise<OperationResult>;
  load(): WorkerLoad;
  stop(): Promise<void>;
};
