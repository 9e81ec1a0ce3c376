import type { SpanContext } from "@opentelemetry/api";
import type { Run } from "../../explain/waits/run.ts";
import type { OperationResult } from "../pipeline/order.ts";

/** What comes to be known of a delivery while it is handled. */
export type Handling = {
  /** Undefined for a message that is no order. */
  orderId: string | undefined;
  /** The operation that took longest of those that have ended. */
  longest: Pick<OperationResult, "operation" | "intensity" | "runMs"> | undefined;
};

/** A delivery that this process handles, or has handled. */
export type RecentRun = Run &
  Handling & {
    readonly lane: string;
    readonly partition: number;
    readonly spanContext: SpanContext | undefined;
    endNs: number;
  };

/** End of a run that has not ended: later than everything. */
export const underWay = Number.MAX_SAFE_INTEGER;

/** Spans start at whole milliseconds, so that one may start before the one ahead of it in its partition has ended. */
const startPrecisionNs = 1_000_000;

export type RecentRuns = {
  /** Remembers a run that begins now. */
  add(run: RecentRun): void;
  /** Those that were under way after a moment, and of each lane the last one before; in the order of their starts. */
  since(atNs: number): RecentRun[];
};

/**
 * A bounded memory of what this process has handled. What is under way stays; of the rest the oldest go, beyond `most` or
 * when they ended more than `longestNs` ago.
 */
export function createRecentRuns({ most, longestNs }: { most: number; longestNs: number }): RecentRuns {
  const runs: RecentRun[] = [];
  const lastOf = new Map<string, RecentRun>();

  function forget(nowNs: number): void {
    for (;;) {
      const oldest = runs.findIndex(({ endNs }) => endNs !== underWay);
      const endNs = runs[oldest]?.endNs;
      if (endNs === undefined || (runs.length <= most && endNs >= nowNs - longestNs)) return;
      runs.splice(oldest, 1);
    }
  }

  return {
    add(run) {
      const ahead = lastOf.get(run.lane);
      if (ahead && ahead.endNs > run.startNs && ahead.endNs - run.startNs < startPrecisionNs) {
        ahead.endNs = run.startNs;
      }
      lastOf.set(run.lane, run);
      runs.push(run);
      forget(run.startNs);
    },
    since(atNs) {
      const lastBefore = new Map<string, RecentRun>();
      for (const run of runs) if (run.endNs <= atNs) lastBefore.set(run.lane, run);
      return runs.filter((run) => run.endNs > atNs || lastBefore.get(run.lane) === run);
    },
  };
}
