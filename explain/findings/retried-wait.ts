import type { Delivery, SpanRun } from "../deliveries/delivery.ts";
import type { Segment, Wait } from "../waits/wait.ts";

/**
 * The run before which a message waited for others: the one that did its work, or its first attempt where offsets do not show that
 * both are of one message.
 */
export function firstTurnOf({ run, attempts: [first = run] }: Delivery): SpanRun {
  return first.offset === undefined && first.messages === 1 ? first : run;
}

/** The wait before the run that did the work, of which `before` is the part until the first attempt. */
export function retriedWait(before: Wait<SpanRun>, first: SpanRun, run: SpanRun): Wait<SpanRun> {
  const ns = run.startNs - first.startNs;
  const retry: Segment<SpanRun> = {
    fromNs: first.startNs,
    toNs: run.startNs,
    cause: "retry",
    blockers: [],
    proven: false,
  };
  return {
    ns: before.ns + ns,
    byCause: { ...before.byCause, retry: (before.byCause.retry ?? 0) + ns },
    likelyNs: before.likelyNs + ns,
    behind: before.behind,
    blockers: before.blockers,
    segments: () => [...before.segments(), retry],
  };
}
