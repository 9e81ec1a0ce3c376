import { createHeap } from "../heap.ts";

/** One message in a replay, or a batch: when it came, where it is consumed, and how long it runs. */
export type Job = {
  /** Of a batch, when the last of its messages came. */
  readonly arrivalNs: number;
  readonly messages: number;
  readonly runNs: number;
  readonly lane: string;
  readonly consumer: string;
};

/**
 * Waiting of all messages together, had they been consumed as given: each lane in order, each consumer with so many runs
 * at a time; a free slot takes the message that came first of those whose lane is free. `jobs` are sorted by arrival.
 *
 *     lane p0  ▉▉▉▉▉▉··········▉▉          one slot: the second message of p0 waits for p1's
 *     lane p1        ▉▉▉▉▉▉▉▉▉▉
 */
export function replay(jobs: readonly Job[], slotsOf: (consumer: string) => number): number {
  let waitedNs = 0;
  for (const [consumer, ofConsumer] of Map.groupBy(jobs, (job) => job.consumer)) {
    waitedNs += replayConsumer(ofConsumer, slotsOf(consumer));
  }
  return waitedNs;
}

function replayConsumer(jobs: readonly Job[], slots: number): number {
  const running = createHeap<{ readonly endNs: number; readonly lane: string }>((a, b) => a.endNs < b.endNs);
  /** First of each lane that nothing of its lane runs ahead of. */
  const ready = createHeap<Job>((a, b) => a.arrivalNs < b.arrivalNs);
  /** What waits behind another message of its lane; a lane without an entry is free. */
  const behind = new Map<string, { readonly jobs: Job[]; next: number }>();
  let waitedNs = 0;
  let come = 0;
  for (;;) {
    const arriving = jobs[come];
    const ending = running.peek();
    if (!arriving && !ending) return waitedNs;
    const endsFirst = ending !== undefined && (!arriving || ending.endNs <= arriving.arrivalNs);
    const nowNs = endsFirst ? ending.endNs : (arriving?.arrivalNs ?? 0);
    if (endsFirst) {
      running.pop();
      const lane = behind.get(ending.lane);
      const next = lane?.jobs[lane.next];
      if (lane && next) {
        lane.next += 1;
        ready.push(next);
      } else {
        behind.delete(ending.lane);
      }
    } else if (arriving) {
      come += 1;
      const lane = behind.get(arriving.lane);
      if (lane) lane.jobs.push(arriving);
      else {
        behind.set(arriving.lane, { jobs: [], next: 0 });
        ready.push(arriving);
      }
    }
    while (running.size() < slots) {
      const job = ready.pop();
      if (!job) break;
      waitedNs += (nowNs - job.arrivalNs) * job.messages;
      running.push({ endNs: nowNs + job.runNs, lane: job.lane });
    }
  }
}
