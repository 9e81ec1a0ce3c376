import { createHeap } from "../heap.ts";

/** A message or batch in a replay: when it arrived, where it is consumed and how long it runs. */
export type Job = {
  /** For a batch, when its last message arrived. */
  readonly arrivalNs: number;
  readonly messages: number;
  readonly runNs: number;
  readonly lane: string;
  readonly consumer: string;
};

/**
 * The total waiting of all messages when each lane is consumed in order and each consumer has `slotsOf` runs at a time. A
 * free slot takes the first arrived message whose lane is free. `jobs` are sorted by arrival.
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
  /** The next message of each lane in which nothing runs. */
  const ready = createHeap<Job>((a, b) => a.arrivalNs < b.arrivalNs);
  /** Messages that wait behind another one of their lane; a lane without an entry is free. */
  const behind = new Map<string, { readonly jobs: Job[]; next: number }>();
  let waitedNs = 0;
  let arrived = 0;
  for (;;) {
    const arriving = jobs[arrived];
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
      arrived += 1;
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
