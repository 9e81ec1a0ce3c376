import type { RunReport } from "./report.ts";

/** What the handling of a delivery has found out by now. */
type Handling = {
  readonly orderId: string | undefined;
  readonly longest:
    | { readonly operation: string; readonly intensity: string; readonly runMs: number }
    | undefined;
};

/** An operation that waits for worker threads or runs on them. */
export type OperationUnderWay = {
  readonly orderId: string;
  readonly operation: string;
  readonly intensity: string;
  readonly sinceMs: number;
};

type Begun = Pick<RunReport, "partition" | "offset" | "startedAtMs" | "availableAtMs"> & {
  readonly handling: Handling;
};

export type RunsUnderWay = ReturnType<typeof createRunsUnderWay>;

/** The deliveries of one topic that this process handles right now. */
export function createRunsUnderWay(topic: string) {
  const runs = new Set<Begun>();
  return {
    /** Notes a delivery; the returned function is to be called when it has been handled. */
    begin(run: Begun): () => void {
      runs.add(run);
      return () => void runs.delete(run);
    },
    /** For a report at `nowMs`, with what the worker threads do. */
    list(operations: readonly OperationUnderWay[], nowMs: number): RunReport[] {
      return [...runs].map(({ handling, partition, offset, startedAtMs, availableAtMs }) => {
        const { orderId, longest } = handling;
        const current = operations.find((one) => one.orderId === orderId);
        const isLonger = current && nowMs - current.sinceMs >= (longest?.runMs ?? 0);
        const shown = isLonger ? current : longest;
        return {
          ...(orderId !== undefined && { orderId }),
          topic,
          partition,
          offset,
          startedAtMs,
          ...(availableAtMs !== undefined && { availableAtMs }),
          ...(shown && { operation: shown.operation, intensity: shown.intensity }),
        };
      });
    },
  };
}
