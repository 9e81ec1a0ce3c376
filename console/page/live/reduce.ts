import type { Bar, LiveEvent, OrderRow, WindowAnswer } from "../../api.ts";
import type { Connection, LiveState } from "./state.ts";

/** What ended longer ago is forgotten, as the server does. */
export const keptMs = 15 * 60_000;
/** Two minutes, one a second. */
const keptStates = 120;

/** The window replaces what was known: the page may have missed events. */
export function withWindow(state: LiveState, answer: WindowAnswer): LiveState {
  return {
    ...state,
    window: { version: answer.version, truncated: answer.truncated, verdict: answer.verdict },
    trouble: undefined,
    bars: new Map(answer.bars.map((bar) => [bar.id, bar])),
    orders: new Map(answer.orders.map((order) => [order.id, order])),
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
      return { ...state, running: data };
    case "deliveries":
      return {
        ...state,
        bars: merged(state.bars, data.bars, ({ endedAtMs }) => endedAtMs),
        orders: merged(state.orders, data.orders, ({ startedAtMs, totalMs }) => startedAtMs + totalMs),
      };
    case "burst":
      return { ...state, burst: data };
  }
}

export function withConnection(state: LiveState, connection: Connection, nowMs: number): LiveState {
  const lostAtMs = connection === "lost" ? (state.lostAtMs ?? nowMs) : undefined;
  // What ran when the connection broke may be over.
  return { ...state, connection, lostAtMs, ...(connection === "lost" ? { running: [] } : {}) };
}

function merged<T extends Bar | OrderRow>(
  known: ReadonlyMap<string, T>,
  news: readonly T[],
  endMs: (one: T) => number,
): ReadonlyMap<string, T> {
  if (news.length === 0) return known;
  const all = new Map(known);
  for (const one of news) all.set(one.id, one);
  const newestMs = Math.max(...news.map(endMs));
  for (const [id, one] of all) if (endMs(one) < newestMs - keptMs) all.delete(id);
  return all;
}
