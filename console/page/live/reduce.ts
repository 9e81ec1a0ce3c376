import type { Bar, LiveEvent, OrderRow, WindowAnswer } from "../../api.ts";
import { endedRuns, withoutReported } from "./ended-runs.ts";
import type { Connection, Deliveries, LiveState } from "./state.ts";

/** Deliveries that ended longer ago are dropped, as on the server. */
export const keptMs = 15 * 60_000;
/** Two minutes, one per second. */
const keptStates = 120;
/** More than arrive while a window is being read. */
const keptEvents = 60;

/** A window replaces all bars and orders, since the page may have missed events; events newer than the window are kept. */
export function withWindow(state: LiveState, answer: WindowAnswer): LiveState {
  const { version, truncated, verdict, numbersFromMs } = answer;
  const newer = state.recentDeliveries.filter((deliveries) => deliveries.version > version);
  return newer.reduce(withDeliveries, {
    ...state,
    window: { version, truncated, verdict, numbersFromMs },
    windowError: undefined,
    recentDeliveries: [],
    ended: withoutReported(state.ended, answer.bars),
    bars: new Map(answer.bars.map((bar) => [bar.id, bar])),
    orders: new Map(answer.orders.map((order) => [order.id, order])),
  });
}

function withDeliveries(state: LiveState, deliveries: Deliveries): LiveState {
  return {
    ...state,
    recentDeliveries: [...state.recentDeliveries, deliveries].slice(-keptEvents),
    bars: merged(state.bars, deliveries.bars, ({ endedAtMs }) => endedAtMs),
    ended: withoutReported(state.ended, deliveries.bars),
    orders: merged(state.orders, deliveries.orders, ({ startedAtMs, totalMs }) => startedAtMs + totalMs),
  };
}

/** @param nowMs by the clock of this machine */
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

/** A burst that a server left unfinished keeps its last known state: the restarted server does not know it. */
function withBoot(state: LiveState, boot: string): LiveState {
  const { burst } = state;
  const isAnother = state.boot !== undefined && state.boot !== boot;
  const isUnfinished = burst !== undefined && (!burst.ended || burst.done + burst.dead < burst.accepted);
  return { ...state, boot, isBurstOrphaned: state.isBurstOrphaned || (isAnother && isUnfinished) };
}

export function withConnection(state: LiveState, connection: Connection, nowMs: number): LiveState {
  const lostAtMs = connection === "lost" ? (state.lostAtMs ?? nowMs) : undefined;
  // Runs of that time may have ended since.
  return { ...state, connection, lostAtMs, ...(connection === "lost" ? { running: [], ended: [] } : {}) };
}

function merged<T extends Bar | OrderRow>(
  known: ReadonlyMap<string, T>,
  changed: readonly T[],
  endMs: (one: T) => number,
): ReadonlyMap<string, T> {
  if (changed.length === 0) return known;
  const all = new Map(known);
  for (const one of changed) all.set(one.id, one);
  const newestMs = changed.reduce((ms, one) => Math.max(ms, endMs(one)), Number.NEGATIVE_INFINITY);
  for (const [id, one] of all) if (endMs(one) < newestMs - keptMs) all.delete(id);
  return all;
}
