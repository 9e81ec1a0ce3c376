import type { Bar, RunningBar } from "../../api.ts";

/** A run that has ended; its span arrives seconds later. */
export type EndedRun = RunningBar & { readonly endedAtMs: number };

/** Longer than a span takes to arrive; some never do. */
const keptMs = 15_000;

/**
 * Runs that have ended, until their bars arrive.
 *
 * @param before the runs of the last event
 * @param now the runs of this event
 */
export function endedRuns(
  known: readonly EndedRun[],
  before: readonly RunningBar[],
  now: readonly RunningBar[],
  nowMs: number,
): readonly EndedRun[] {
  const ended = before.map((run): EndedRun => ({ ...run, endedAtMs: nowMs }));
  const all = [...known, ...ended].filter(
    (run) => nowMs - run.endedAtMs < keptMs && !now.some((other) => isSameRun(run, other)),
  );
  return all.length === 0 ? none : all;
}

/** Without the runs whose bars have arrived. */
export function withoutReported(ended: readonly EndedRun[], bars: Iterable<Bar>): readonly EndedRun[] {
  if (ended.length === 0) return ended;
  const arrived = [...bars];
  const rest = ended.filter((run) => !arrived.some((bar) => isReportedBy(run, bar)));
  return rest.length === ended.length ? ended : rest;
}

/** Whether a bar shows the same delivery as a run; clocks may differ a little. */
export function isReportedBy(run: RunningBar, bar: Bar): boolean {
  return isSameRun(run, bar) && bar.startedAtMs >= run.startedAtMs - 5;
}

type Identity = Pick<RunningBar, "order" | "stage" | "topic" | "partition" | "offset">;

function isSameRun(a: Identity, b: Identity): boolean {
  return (
    a.order === b.order &&
    a.stage === b.stage &&
    a.topic === b.topic &&
    a.partition === b.partition &&
    a.offset === b.offset
  );
}

const none: readonly EndedRun[] = [];
