import { describe, expect, it, onTestFinished, vi } from "vitest";
import type { JaegerQuery, WindowSearch } from "../../../explain/read/read-jaeger.ts";
import { startSpanPoll } from "./span-poll.ts";

/** Counts the time from a start, and asks what a poll asks. */
function setUp(options: { isWatched?: boolean; fails?: boolean } = {}) {
  let nowMs = 10_000_000;
  const queries: WindowSearch[] = [];
  const outcomes: unknown[] = [];
  const poll = startSpanPoll({
    read: async (query: JaegerQuery) => {
      if ("startMs" in query) queries.push(query);
      if (options.fails) throw new Error("away");
    },
    take: () => {},
    onOutcome: (thrown) => outcomes.push(thrown),
    isWatched: () => options.isWatched ?? false,
    historyMs: 180_000,
    nowMs: () => nowMs,
    watchedEveryMs: 5,
    idleEveryMs: 5,
  });
  onTestFinished(() => poll.stop());
  const pass = (ms: number) => {
    nowMs += ms;
  };
  return { poll, queries, outcomes, pass, nowMs: () => nowMs };
}

describe("following Jaeger", () => {
  it("looks at all spans since the last look, long enough back that none arrives unseen, and at long ones before", async () => {
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

  it("reads what was before, minute by minute, only while a page looks", async () => {
    const watched = setUp({ isWatched: true });
    await vi.waitFor(() => expect(watched.poll.coveredFromMs()).toBe(watched.nowMs() - 180_000));
    const idle = setUp();
    await vi.waitFor(() => expect(idle.queries.length).toBeGreaterThan(4));
    expect(idle.poll.coveredFromMs()).toBe(idle.nowMs());
  });

  it("goes on after a failure and tells of it", async () => {
    const { outcomes } = setUp({ fails: true });
    await vi.waitFor(() => expect(outcomes.length).toBeGreaterThan(1));
    expect(outcomes[0]).toMatchObject({ message: "away" });
  });
});
