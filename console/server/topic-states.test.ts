import { describe, expect, it } from "vitest";
import type { OffsetReader, PartitionOffsets } from "../../shared/kafka/offsets.ts";
import type { InstanceReport } from "../../shared/report/report.ts";
import { createTopicStates } from "./topic-states.ts";

/** Topics whose partition 0, and the time, are set by `now`. */
function setUp() {
  const now = { atMs: 1_000_000, low: 0, end: 0, committed: 0, dead: 0, cameMs: 0 };
  const offsets = async (): Promise<PartitionOffsets[]> => [{ partition: 0, ...now }];
  const watch: OffsetReader = {
    offsets,
    firstSince: async (_, atMs) => new Map([[0, atMs <= now.cameMs ? now.committed : now.end]]),
    deadLetters: async () => now.dead,
    close: async () => {},
  };
  const states = createTopicStates(watch, () => now.atMs);
  return {
    now,
    async read(reports: readonly InstanceReport[] = []) {
      const [orders] = await states.read(Promise.resolve(reports));
      return orders;
    },
  };
}

const report = (availableAtMs: number): InstanceReport => ({
  ...{ instance: "processing-service-1", service: "processing-service", startedAtMs: 0, restarts: 0 },
  ...{ cpuPercent: 0, memoryMb: 0, source: "process", loopDelayMs: 0 },
  workers: { threads: 2, busy: 1, queued: 0 },
  runs: [{ topic: "orders", partition: 0, offset: 4, startedAtMs: 0, availableAtMs }],
});

describe("the state of a topic", () => {
  it("has the rates of the last five seconds", async () => {
    const { now, read } = setUp();
    await read();
    for (let second = 1; second <= 10; second += 1) {
      Object.assign(now, { atMs: now.atMs + 1000, end: second * 3, committed: second });
      await read();
    }
    expect((await read())?.partitions).toMatchObject([
      { inPerSecond: 3, outPerSecond: 1, lag: 20, inFlight: 0 },
    ]);
  });

  it("has the age of the oldest waiting message, from its consumer's report or from earlier reads", async () => {
    const { now, read } = setUp();
    Object.assign(now, { end: 4, committed: 4 });
    await read();
    Object.assign(now, { cameMs: now.atMs + 600, atMs: now.atMs + 2000, end: 6 });
    await read();
    const found = (await read())?.partitions[0]?.oldestWaitingMs;
    // To within a second: it arrived 1,400 ms ago.
    expect(found).toBeGreaterThanOrEqual(1400);
    expect(found).toBeLessThanOrEqual(2400);
    expect((await read([report(now.atMs - 1234)]))?.partitions).toMatchObject([
      { oldestWaitingMs: 1234, inFlight: 1 },
    ]);
    Object.assign(now, { committed: 6 });
    expect((await read())?.partitions[0]?.oldestWaitingMs).toBeUndefined();
  });

  it("counts dead letters every five seconds", async () => {
    const { now, read } = setUp();
    await read();
    now.dead = 2;
    expect((await read())?.deadLetters).toBe(0);
    now.atMs += 5000;
    expect((await read())?.deadLetters).toBe(2);
  });
});
