import { describe, expect, it } from "vitest";
import type {
  BurstProgress,
  LiveEvent,
  OrderRow,
  PipelineState,
  RunningBar,
  WindowAnswer,
} from "../../api.ts";
import { bar } from "../lanes/bar.fixture.ts";
import { keptMs, withConnection, withEvent, withWindow } from "./reduce.ts";
import { initialState } from "./state.ts";

const pipeline = (atMs: number): PipelineState => ({ atMs, topics: [], instances: [], problems: [] });
const answer = (given: Partial<WindowAnswer>): WindowAnswer => ({
  fromMs: 0,
  toMs: 1,
  version: 1,
  bars: [],
  orders: [],
  verdict: { problems: [], blockers: [], stages: [], missing: [] },
  truncated: false,
  numbersFromMs: undefined,
  ...given,
});
const deliveries = (...bars: ReturnType<typeof bar>[]) =>
  ({ event: "deliveries", data: { version: 2, bars, orders: [] as OrderRow[] } }) as const;

describe("the state of the page", () => {
  it("adds new deliveries and replaces those that changed", () => {
    const first = withEvent(initialState, deliveries(bar({ id: "a" }), bar({ id: "b" })), 0);
    const second = withEvent(first, deliveries(bar({ id: "b", costMs: 7 }), bar({ id: "c" })), 0);
    expect([...second.bars.keys()]).toEqual(["a", "b", "c"]);
    expect(second.bars.get("b")?.costMs).toBe(7);
    expect(first.bars.get("b")?.costMs).toBe(0);
  });

  it("drops what is too old", () => {
    const first = withEvent(initialState, deliveries(bar({ id: "old", endedAtMs: 10 })), 0);
    const second = withEvent(first, deliveries(bar({ id: "new", endedAtMs: keptMs + 20 })), 0);
    expect([...second.bars.keys()]).toEqual(["new"]);
  });

  it("replaces everything with a window", () => {
    const before = withEvent(initialState, deliveries(bar({ id: "gone" })), 0);
    const after = withWindow(
      { ...before, windowError: "no answer" },
      answer({ version: 5, bars: [bar({ id: "here" })] }),
    );
    expect([...after.bars.keys()]).toEqual(["here"]);
    expect(after.window?.version).toBe(5);
    expect(after.windowError).toBeUndefined();
  });

  it("keeps events newer than a window", () => {
    const after = withWindow(
      withEvent(initialState, deliveries(bar({ id: "new" })), 0),
      answer({ version: 1, bars: [bar({ id: "here" })] }),
    );
    expect([...after.bars.keys()]).toEqual(["here", "new"]);
    expect([...withWindow(after, answer({ version: 2 })).bars.keys()]).toEqual([]);
  });

  it("keeps the last two minutes of the pipeline and learns the server's clock from it", () => {
    let state = initialState;
    for (let n = 0; n < 130; n += 1)
      state = withEvent(state, { event: "pipeline", data: pipeline(n * 1000 + 40) }, n * 1000);
    expect(state.history).toHaveLength(120);
    expect(state.pipeline?.atMs).toBe(129_040);
    expect(state.clockAheadMs).toBe(40);
  });

  it("orphans an unfinished burst when the console restarts", () => {
    const server = (boot: string) => ({ event: "server", data: { boot } }) as const;
    const burst = (done: number, id = "a") =>
      ({
        event: "burst",
        data: { id, sent: 10, accepted: 9, done, dead: 0, ended: true } as BurstProgress,
      }) as const;
    const isOrphaned = (...events: LiveEvent[]) =>
      events.reduce((state, event) => withEvent(state, event, 0), initialState).isBurstOrphaned;
    expect(isOrphaned(server("1"), burst(1), server("1"))).toBe(false);
    expect(isOrphaned(server("1"), burst(1), server("2"))).toBe(true);
    expect(isOrphaned(server("1"), burst(1), server("2"), server("2"))).toBe(true);
    expect(isOrphaned(server("1"), burst(10), server("2"))).toBe(false);
    expect(isOrphaned(server("1"), burst(1), server("2"), burst(1, "b"))).toBe(false);
  });

  it("keeps an ended run until its bar arrives", () => {
    const run = { ...bar({ order: "1" }), startedAtMs: 0 } as RunningBar;
    const running = (...data: RunningBar[]) => ({ event: "running", data }) as const;
    const ended = withEvent(withEvent(initialState, running(run), 100), running(), 200);
    expect(ended.ended).toMatchObject([{ order: "1", endedAtMs: 200 }]);
    expect(withEvent(ended, deliveries(bar({ order: "2" })), 300).ended).toHaveLength(1);
    expect(withEvent(ended, deliveries(bar({ order: "1" })), 300).ended).toEqual([]);
    expect(withWindow(ended, answer({ bars: [bar({ order: "1" })] })).ended).toEqual([]);
    expect(withConnection(ended, "lost", 300).ended).toEqual([]);
  });

  it("drops running messages when the connection is lost", () => {
    const running = [{ order: "1" }] as RunningBar[];
    const live = withConnection(withEvent(initialState, { event: "running", data: running }, 0), "live", 1);
    expect(live.running).toBe(running);
    const lost = withConnection(withConnection(live, "lost", 5), "lost", 9);
    expect(lost).toMatchObject({ connection: "lost", lostAtMs: 5, running: [] });
    expect(withConnection(lost, "live", 10).lostAtMs).toBeUndefined();
  });
});
