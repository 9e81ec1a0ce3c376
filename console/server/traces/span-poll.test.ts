import { describe, expect, it, onTestFinished, vi } from "vitest";
import type { JaegerQuery, WindowSearch } from "../../../explain/read/read-jaeger.ts";
import { startSpanPoll } from "./span-poll.ts";

/** A poll with a clock of its own that records its queries. */
function setUp(options: { isWatched?: boolean; fails?: boolean; keptFromMs?: number } = {}) {
  let nowMs = 10_000_000;
  let fails = options.fails ?? false;
  const histories: number[] = [];
  const queries: WindowSearch[] = [];
  const outcomes: unknown[] = [];
  const poll = startSpanPoll({
    read: async (query: JaegerQuery) => {
      if ("startMs" in query) queries.push(query);
      if (fails) throw new Error("away");
    },
    take: () => {},
    onOutcome: (thrown) => outcomes.push(thrown),
    isWatched: () => options.isWatched ?? false,
    historyMs: 180_000,
    keptFromMs: () => options.keptFromMs ?? 0,
    onHistory: async (coveredFromMs) => void histories.push(coveredFromMs),
    nowMs: () => nowMs,
    watchedEveryMs: 5,
    idleEveryMs: 5,
  });
  onTestFinished(() => poll.stop());
  const pass = (ms: number) => {
    nowMs += ms;
  };
  const mend = () => {
    fails = false;
  };
  return { poll, queries, outcomes, histories, pass, mend, nowMs: () => nowMs };
}

describe("following Jaeger", () => {
  it("reads all spans since the last poll, far enough back to miss none, and long spans before that", async () => {
    const { queries, pass, nowMs } = setUp();
    await vi.waitFor(() => expect(queries.length).toBeGreaterThan(3));
    queries.length = 0;
    const beforeMs = nowMs();
    pass(7_000);
    await vi.waitFor(() => expect(queries.some(({ endMs }) => endMs === nowMs())).toBe(true));
    await vi.waitFor(() => expect(queries.at(-1)?.params).toBeDefined());
    const short = queries.find(({ endMs }) => endMs === nowMs());
    expect(short?.startMs).toBeLessThan(beforeMs - 4_000);
    const long = queries.find((query) => query.endMs === short?.startMs && query.params);
    expect(long?.params).toEqual({ minDuration: "4000ms", tags: '{"span.kind":"consumer"}' });
    expect(long?.startMs).toBe((short?.startMs ?? 0) - 60_000);
  });

  it("reads the history step by step, whether or not a page is open", async () => {
    for (const isWatched of [true, false]) {
      const { poll, queries, histories, nowMs } = setUp({ isWatched });
      expect(poll.isComplete()).toBe(false);
      await poll.settled();
      expect(poll.isComplete()).toBe(true);
      expect(poll.coveredFromMs()).toBe(nowMs() - 180_000);
      expect(histories).toEqual([nowMs() - 180_000]);
      const steps = queries.filter(({ startMs, endMs, params }) => endMs - startMs === 30_000 && !params);
      expect(steps.map(({ endMs }) => nowMs() - endMs)).toEqual(
        [0, 30, 60, 90, 120, 150].map((s) => s * 1000),
      );
    }
  });

  it("reads no further back than the store keeps", async () => {
    const { poll, histories, nowMs } = setUp({ keptFromMs: 10_000_000 - 70_000 });
    await poll.settled();
    expect(poll.coveredFromMs()).toBe(nowMs() - 70_000);
    expect(histories).toEqual([nowMs() - 70_000]);
  });

  it("settles when the history cannot be read, and reads it later", async () => {
    const { poll, histories, mend, nowMs } = setUp({ fails: true });
    await poll.settled();
    expect(poll.isComplete()).toBe(false);
    mend();
    await vi.waitFor(() => expect(histories).toEqual([nowMs() - 180_000]));
  });

  it("continues after a failure and reports it", async () => {
    const { outcomes } = setUp({ fails: true });
    await vi.waitFor(() => expect(outcomes.length).toBeGreaterThan(1));
    expect(outcomes[0]).toMatchObject({ message: "away" });
  });
});
