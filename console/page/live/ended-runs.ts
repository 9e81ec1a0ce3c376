import type { Bar, RunningBar } from "../../api.ts";

/** A run that has ended; the span that tells of it comes seconds later. */
export type EndedRun = RunningBar & { readonly endedAtMs: number };

/** Longer than a span is on its way; one that never comes is not waited for. */
const keptMs = 15_000;

/**
 * Runs whose end has been seen, until their bars have come.
 *
 * @param before those that ran at the last look
 * @param now those that run
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

/** Without those that a bar has taken the place of. */
export function withoutTold(ended: readonly EndedRun[], bars: Iterable<Bar>): readonly EndedRun[] {
  if (ended.length === 0) return ended;
  const told = [...bars];
  const rest = ended.filter((run) => !told.some((bar) => isToldBy(run, bar)));
  return rest.length === ended.length ? ended : rest;
}

/** Whether a bar is what became of a run; clocks may differ a little. */
export function isToldBy(run: RunningBar, bar: Bar): boolean {
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
