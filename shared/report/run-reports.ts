import type { OperationUnderWay } from "../pipeline/operations.ts";
import type { RunReport } from "./report.ts";

/** A delivery being handled, reduced to what a report needs. */
type Handled = {
  readonly partition: number;
  readonly offset: number;
  readonly startedAtMs: number;
  readonly recordTimeMs: number;
  readonly orderId: string | undefined;
  readonly longest:
    | { readonly operation: string; readonly intensity: string; readonly runMs: number }
    | undefined;
};

/** The deliveries of a topic being handled at `nowMs`, each with its longest operation, ended or still running. */
export function runReports(
  topic: string,
  underWay: readonly Handled[],
  operations: readonly OperationUnderWay[],
  nowMs: number,
): RunReport[] {
  return underWay.map(({ orderId, longest, partition, offset, startedAtMs, recordTimeMs }) => {
    const current = operations.find((one) => one.orderId === orderId);
    const isLonger = current && nowMs - current.sinceMs >= (longest?.runMs ?? 0);
    const shown = isLonger ? current : longest;
    return {
      ...(orderId !== undefined && { orderId }),
      topic,
      partition,
      offset,
      startedAtMs,
      ...(recordTimeMs >= 0 && { availableAtMs: recordTimeMs }),
      ...(shown && { operation: shown.operation, intensity: shown.intensity }),
    };
  });
}
