import type { OperationResult, Order } from "../pipeline/order.ts";
import type { StageName } from "../pipeline/stages.ts";
import type { OperationSpan } from "../pipeline/workload-names.ts";

/** Runs the operation of one span for the order at hand. */
export type RunOperation = (span: OperationSpan) => Promise<OperationResult>;

/** One consumer of the pipeline: where its orders come from and go to, and what it does with one. */
export type Stage = {
  readonly name: StageName;
  /** Also the name of its service. */
  readonly group: string;
  readonly from: string;
  /** Absent for the last stage. */
  readonly to?: string;
  /** Name of the span around `handle`. */
  readonly span: string;
  /** Does the work of the stage. It never sees Kafka: whatever it throws is retried or dead-lettered by the runner. */
  readonly handle: (order: Order, run: RunOperation) => Promise<OperationResult[]>;
};

export function defineStage(stage: Stage): Stage {
  return Object.freeze(stage);
}
