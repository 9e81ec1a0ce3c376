import type { Message, SimRun, TrueCause, TrueSegment } from "./model.fixture.ts";

/** What keeps the next message of a lane from running at one moment. */
export type State = {
  readonly kind: "ahead" | "saturated" | "barrier" | "rebalance" | "transport";
  readonly runs: readonly SimRun[];
  /** A failed attempt that will be repeated. It is to blame when none of `runs` is. */
  readonly toRepeat?: SimRun | undefined;
};

export const transport: State = { kind: "transport", runs: [] };
const transportOnly = { cause: "transport", blockers: [] } as const;

/** What kept the messages of a lane, or of one key of it, from running, over the whole simulation. */
export function createHistory(inLane: "same-partition" | "same-key") {
  const changes: { readonly fromNs: number; readonly state: State }[] = [];

  return {
    record(atNs: number, state: State): void {
      const last = changes.at(-1)?.state;
      const same = last?.kind === state.kind && last.toRepeat === state.toRepeat;
      if (same && sameRuns(last.runs, state.runs)) return;
      changes.push({ fromNs: atNs, state });
    },

    /** The wait of a message from when it was available to the start of its last run. */
    waitOf(message: Message, run: SimRun, holdsUpFetch: (run: SimRun) => boolean): TrueSegment[] {
      const segments: TrueSegment[] = [];
      let n = firstAfter(changes, message.availableNs) - 1;
      for (let atNs = message.availableNs; atNs < run.startNs; n += 1) {
        const toNs = Math.min(changes[n + 1]?.fromNs ?? run.startNs, run.startNs);
        const segment = causeFor(message, run, changes[n]?.state ?? transport, inLane, holdsUpFetch);
        const last = segments.at(-1);
        if (last?.cause === segment.cause && sameRuns(last.blockers, segment.blockers)) {
          segments[segments.length - 1] = { ...last, toNs };
        } else if (toNs > atNs) {
          segments.push({ ...segment, fromNs: atNs, toNs });
        }
        atNs = Math.max(atNs, toNs);
      }
      return segments;
    },
  };
}

export type History = ReturnType<typeof createHistory>;

function causeFor(
  message: Message,
  run: SimRun,
  { kind, runs, toRepeat }: State,
  inLane: "same-partition" | "same-key",
  holdsUpFetch: (run: SimRun) => boolean,
): { cause: TrueCause; blockers: readonly SimRun[] } {
  switch (kind) {
    case "ahead": {
      const own = runs.some(({ messages }) => messages.includes(message));
      return { cause: own ? "retry" : inLane, blockers: runs };
    }
    case "saturated":
      return { cause: run.slots === 1 ? "same-consumer" : "capacity", blockers: runs };
    case "barrier": {
      // Only the batch that ends last holds up the next fetch: if another had been shorter, nothing would have started sooner.
      const blockers = runs.filter(holdsUpFetch);
      if (blockers.length > 0) return { cause: "fetch-barrier", blockers };
      return toRepeat
        ? causeFor(message, run, { kind: "ahead", runs: [toRepeat] }, inLane, holdsUpFetch)
        : transportOnly;
    }
    default:
      return { cause: kind, blockers: [] };
  }
}

function sameRuns(a: readonly SimRun[], b: readonly SimRun[]): boolean {
  return a.length === b.length && a.every((run) => b.includes(run));
}

function firstAfter(changes: readonly { readonly fromNs: number }[], atNs: number): number {
  let low = 0;
  let high = changes.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((changes[middle]?.fromNs ?? Number.POSITIVE_INFINITY) > atNs) high = middle;
    else low = middle + 1;
  }
  return low;
}
