/**
 * One handling of a message, or of a batch of messages, by one consumer: what can hold up other messages. Times are integers,
 * nanoseconds since an origin that all runs share.
 */
export type Run = {
  /** Cluster, topic, partition and group: what is consumed in order. Undefined when the partition is not known. */
  readonly lane: string | undefined;
  /** The consumer instance; when the spans do not name it, its host or group. */
  readonly consumer: string;
  /** The consumer that it looks like by its spans, where `consumer` is one of several that look alike. */
  readonly looksLike?: string | undefined;
  /** Of the message, or of the first message of the batch. */
  readonly offset: number | undefined;
  /** Of the last message of a batch; default `offset`. */
  readonly lastOffset?: number | undefined;
  readonly key: string | undefined;
  readonly startNs: number;
  readonly endNs: number;
  /** When the broker had the message, or the first message of the batch. */
  readonly availableNs: number | undefined;
  /** When the consumer was last assigned the partition before this run. */
  readonly assignedNs: number | undefined;
  /** When the client had fetched the message. */
  readonly fetchedNs: number | undefined;
  /** How many runs its consumer can have at a time, if the consumer reports it. */
  readonly concurrency: number | undefined;
  /** Partition, offset and consumer instance are all known from the spans. */
  readonly certain: boolean;
};

/**
 * Some clocks count whole milliseconds, so a run can seem to start before the run ahead of it has ended. Overlaps up to this
 * long, and up to half of the shorter run, are jitter and not concurrency.
 */
export const jitterNs = 5_000_000;
/** Overlaps up to this long are jitter even for the shortest runs. */
const clockStepNs = 1_000_000;

/** Earliest end of a run, if jitter made it longer. */
export function earliestEndNs(run: Run): number {
  const ns = run.endNs - run.startNs;
  return run.endNs - Math.max(Math.min(clockStepNs, ns), Math.min(jitterNs, Math.floor(ns / 2)));
}

/** Whether one run started before the other had ended, jitter excluded. */
function overlap(a: Run, b: Run): boolean {
  return a.startNs <= b.startNs ? b.startNs < earliestEndNs(a) : a.startNs < earliestEndNs(b);
}

/** Whether a run had ended at `atNs`, jitter allowed. */
export function endedBy(run: Run, atNs: number): boolean {
  return run.endNs <= atNs + jitterNs;
}

/** Whether some message was in both runs, judged by offsets. */
export function shareMessages(a: Run, b: Run): boolean {
  if (a.offset === undefined || b.offset === undefined) return false;
  return a.offset <= lastOffsetOf(b, b.offset) && b.offset <= lastOffsetOf(a, a.offset);
}

export function lastOffsetOf({ lastOffset }: Run, offset: number): number {
  return lastOffset ?? offset;
}

/** Whether a consumer handled two different messages of the list at the same time. */
export function hasOverlap(sorted: readonly Run[]): boolean {
  /** By consumer: the run that ends last. */
  const longest = new Map<string, Run>();
  return sorted.some((run) => {
    const before = longest.get(run.consumer);
    if (!before || earliestEndNs(before) < earliestEndNs(run)) longest.set(run.consumer, run);
    return before !== undefined && !shareMessages(before, run) && overlap(before, run);
  });
}

/** Order of runs in time, independent of the order in which they were read. */
export function byStart(a: Run, b: Run): number {
  return (
    a.startNs - b.startNs ||
    (a.offset ?? -1) - (b.offset ?? -1) ||
    a.endNs - b.endNs ||
    compareText(a.lane ?? "", b.lane ?? "") ||
    compareText(a.consumer, b.consumer) ||
    (a.assignedNs ?? -1) - (b.assignedNs ?? -1) ||
    (a.fetchedNs ?? -1) - (b.fetchedNs ?? -1) ||
    (a.availableNs ?? -1) - (b.availableNs ?? -1)
  );
}

export function compareText(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
