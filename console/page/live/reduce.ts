import type { Bar, LiveEvent, OrderRow, WindowAnswer } from "../../api.ts";
import { endedRuns, withoutTold } from "./ended-runs.ts";
import type { Connection, Deliveries, LiveState } from "./state.ts";

/** What ended longer ago is forgotten, as the server does. */
export const keptMs = 15 * 60_000;
/** Two minutes, one a second. */
const keptStates = 120;
/** Longer than a window is under way. */
const keptNews = 60;

/** The window replaces what was known: the page may have missed events. Those that overtook it count nevertheless. */
export function withWindow(state: LiveState, answer: WindowAnswer): LiveState {
  const { version, truncated, verdict, numbersFromMs } = answer;
  const since = state.news.filter((news) => news.version > version);
  return since.reduce(withDeliveries, {
    ...state,
    window: { version, truncated, verdict, numbersFromMs },
    trouble: undefined,
    news: [],
    ended: withoutTold(state.ended, answer.bars),
    bars: new Map(answer.bars.map((bar) => [bar.id, bar])),
    orders: new Map(answer.orders.map((order) => [order.id, order])),
  });
}

function withDeliveries(state: LiveState, news: Deliveries): LiveState {
  return {
    ...state,
    news: [...state.news, news].slice(-keptNews),
    bars: merged(state.bars, news.bars, ({ endedAtMs }) => endedAtMs),
    ended: withoutTold(state.ended, news.bars),
    orders: merged(state.orders, news.orders, ({ startedAtMs, totalMs }) => startedAtMs + totalMs),
  };
}

/** @param nowMs of this machine */
export function withEvent(state: LiveState, { event, data }: LiveEvent, nowMs: number): LiveState {
  switch (event) {
    case "pipeline":
      return {
        ...state,
        pipeline: data,
        history: [...state.history, data].slice(-keptStates),
        clockAheadMs: data.atMs - nowMs,
      };
    case "running":
      return {
        ...state,
        running: data,
        ended: endedRuns(state.ended, state.running, data, nowMs + state.clockAheadMs),
      };
    case "deliveries":
      return withDeliveries(state, data);
    case "burst":
      return { ...state, burst: data, isBurstOrphaned: false };
    case "server":
      return withBoot(state, data.boot);
  }
}

/** A burst that a server left unfinished stays as it was last told; the next server does not know it. */
function withBoot(state: LiveState, boot: string): LiveState {
  const { burst } = state;
  const isAnother = state.boot !== undefined && state.boot !== boot;
  const isUnfinished = burst !== undefined && (!burst.ended || burst.done + burst.dead < burst.accepted);
  return { ...state, boot, isBurstOrphaned: state.isBurstOrphaned || (isAnother && isUnfinished) };
}

export function withConnection(state: LiveState, connection: Connection, nowMs: number): LiveState {
  const lostAtMs = connection === "lost" ? (state.lostAtMs ?? nowMs) : undefined;
  // What ran when the connection broke may be over.
  return { ...state, connection, lostAtMs, ...(connection === "lost" ? { running: [], ended: [] } : {}) };
}

function merged<T extends Bar | OrderRow>(
  known: ReadonlyMap<string, T>,
  news: readonly T[],
  endMs: (one: T) => number,
): ReadonlyMap<string, T> {
  if (news.length === 0) return known;
  const all = new Map(known);
  for (const one of news) all.set(one.id, one);
  const newestMs = news.reduce((ms, one) => Math.max(ms, endMs(one)), Number.NEGATIVE_INFINITY);
  for (const [id, one] of all) if (endMs(one) < newestMs - keptMs) all.delete(id);
  return all;
}
