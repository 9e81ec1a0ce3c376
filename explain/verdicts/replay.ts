/** One message in a replay: when it came, where it is consumed, and how long it runs. */
export type Job = {
  readonly arrivalNs: number;
  readonly runNs: number;
  readonly lane: string;
  readonly consumer: string;
};

/**
 * Waiting of all messages together, had they been consumed as given: each lane in order, each consumer with so many runs
 * at a time, first come first served. `jobs` are sorted by arrival.
 *
 *     lane p0  ▉▉▉▉▉▉··········▉▉          one slot: the second message of p0 waits for p1's
 *     lane p1        ▉▉▉▉▉▉▉▉▉▉
 */
export function replay(jobs: readonly Job[], slotsOf: (consumer: string) => number): number {
  const laneFree = new Map<string, number>();
  const slotsFree = new Map<string, number[]>();
  let waitedNs = 0;
  for (const { arrivalNs, runNs, lane, consumer } of jobs) {
    const slots =
      slotsFree.get(consumer) ??
      new Array<number>(Math.min(slotsOf(consumer), jobs.length)).fill(Number.NEGATIVE_INFINITY);
    slotsFree.set(consumer, slots);
    const slot = soonest(slots);
    const startNs = Math.max(arrivalNs, laneFree.get(lane) ?? arrivalNs, slots[slot] ?? arrivalNs);
    waitedNs += startNs - arrivalNs;
    slots[slot] = startNs + runNs;
    laneFree.set(lane, startNs + runNs);
  }
  return waitedNs;
}

function soonest(slots: readonly number[]): number {
  let best = 0;
  slots.forEach((freeNs, n) => {
    if (freeNs < (slots[best] ?? 0)) best = n;
  });
  return best;
}
