import { settledWithin } from "../../../core/deadline.ts";
import { HoldupError, toHoldupError } from "../../../core/errors.ts";
import { ReadError } from "../../../explain/read/errors.ts";
import { type JaegerQuery, readJaeger } from "../../../explain/read/read-jaeger.ts";
import { readWholeTrace } from "../../../explain/read/whole-trace.ts";
import type { Span } from "../../../explain/span.ts";
import type { OrderRow } from "../../api.ts";
import { createCpuBudget } from "./cpu-budget.ts";
import { lastUnreadTraceEnd } from "./last-unread-trace.ts";
import { createOrderNames } from "./order-names.ts";
import type { Handlers, Json, Numbers, TracesSettings } from "./protocol.ts";
import { createReadModel } from "./read-model.ts";
import { startSpanPoll } from "./span-poll.ts";
import { createSpanStore, keeps, orderOf } from "./span-store.ts";

const jaegerTimeoutMs = 10_000;
/** Read with an order that is no longer kept: messages that may have blocked it. */
const surroundingsMs = 30_000;
/** A page waits at most this long for the history. */
const historyTimeoutMs = 20_000;
/** While a read continues, eviction starts only above this multiple of `maxSpans`. */
const overflow = 1.1;

/** Follows Jaeger, keeps its spans, and handles the requests of `protocol.ts`. */
export function keepTraces(
  { jaegerUrl, historyMs, maxSpans }: TracesSettings,
  events: {
    readonly onPoll: (error: string | undefined) => void;
    readonly onNumbered: (numbers: Numbers) => void;
  },
): Handlers & { stop(): Promise<void> } {
  const store = createSpanStore({ maxSpans, maxAgeMs: historyMs });
  const budget = createCpuBudget();
  const names = createOrderNames(maxSpans);
  let isWatched = false;
  let canNumber = false;
  /** End of the last trace that was never read, if any. */
  let unreadToMs: number | undefined;
  let numbersFromMs: number | undefined;

  async function read(query: JaegerQuery, take: (spans: Span[]) => void): Promise<void> {
    for await (const spans of readJaeger(jaegerUrl, query, () => {}, { keeps, timeoutMs: jaegerTimeoutMs })) {
      take(spans);
      if (store.size() > maxSpans * overflow) store.evict(Date.now());
    }
  }

  const poll = startSpanPoll({
    read,
    take: (spans) => void store.add(spans),
    isWatched: () => isWatched,
    onOutcome(thrown) {
      store.evict(Date.now());
      numberOrders();
      events.onPoll(thrown === undefined ? undefined : toHoldupError(thrown).message);
    },
    historyMs,
    keptFromMs: store.keptFromMs,
    async onHistory(coveredFromMs) {
      const isKept = (traceId: string) => store.trace(traceId) !== undefined;
      unreadToMs = await lastUnreadTraceEnd(jaegerUrl, coveredFromMs, isKept, jaegerTimeoutMs);
    },
  });
  const model = createReadModel({
    store,
    names,
    budget,
    isComplete(fromMs) {
      const unreadMs = poll.isComplete() ? (unreadToMs ?? Number.NEGATIVE_INFINITY) : poll.coveredFromMs();
      return fromMs > Math.max(store.keptFromMs(), unreadMs);
    },
    numbersFromMs: () => numbersFromMs,
  });

  /** Numbers new orders by their starts, once all orders with lower numbers are known. */
  function numberOrders(): void {
    if (!canNumber || !poll.isComplete()) return;
    const fromMs = poll.coveredFromMs();
    const starts = new Map<string, number>();
    for (const trace of store.traces()) {
      const order = orderOf(trace);
      // An older order, fetched for a page, would be out of sequence.
      if (order === undefined || trace.startMs < fromMs || names.known.has(order)) continue;
      starts.set(order, Math.min(trace.startMs, starts.get(order) ?? trace.startMs));
    }
    if (starts.size === 0) return;
    if (names.last() === 0 && unreadToMs !== undefined) numbersFromMs = fromMs;
    const orders = [...starts].sort(([a, aMs], [b, bMs]) => aMs - bMs || (a < b ? -1 : 1)).map(([id]) => id);
    events.onNumbered({ orders: names.number(orders), fromMs: numbersFromMs });
  }

  const settled = () => settledWithin(poll.settled(), historyTimeoutMs);

  /** Keeps a trace until the next eviction; returns whether any of its spans was new. */
  async function fetchTrace(traceId: string): Promise<boolean> {
    let isNew = false;
    try {
      await read({ traceId, surroundingsMs }, (spans) => {
        isNew = store.add(spans) || isNew;
      });
    } catch (thrown) {
      const code = thrown instanceof ReadError ? thrown.code : undefined;
      if (code === "HOLDUP_TRACE_NOT_FOUND" || code === "HOLDUP_JAEGER_QUERY_INVALID") return false;
      throw new HoldupError("HOLDUP_TRACES_UNREADABLE", toHoldupError(thrown).message, { cause: thrown });
    }
    return isNew;
  }

  return {
    async changes(running) {
      await settled();
      const changes = await model.changes(running);
      return changes && jsonOf(changes);
    },
    async window({ running, ...window }) {
      await settled();
      model.setRunning(running);
      return jsonOf(await model.window(window));
    },
    async order(id) {
      await settled();
      await model.refresh();
      const row = model.row(id);
      if (!row) return undefined;
      const [finding, { spans, instances }] = await Promise.all([
        model.finding(row),
        readWholeTrace(jaegerUrl, row.traceId).catch(rethrow),
      ]);
      const { order, originMs } = finding ?? unhandledOrder(row);
      return { order, originMs, deliveries: order.deliveries, spans, instances };
    },
    fetchTrace,
    async restoreNumbers({ orders, fromMs }) {
      names.restore(orders);
      numbersFromMs = fromMs;
      canNumber = true;
      numberOrders();
    },
    async setWatched(watched) {
      isWatched = watched;
      if (!watched) return;
      model.skipChanges();
      poll.wake();
    },
    stop: poll.stop,
  };
}

function jsonOf(answer: unknown): Json {
  return new TextEncoder().encode(JSON.stringify(answer));
}

function unhandledOrder(row: OrderRow) {
  const { id, name, orderId, traceId, sentence, startedAtMs } = row;
  const times = { fromAtNs: 0, toAtNs: 0, totalNs: 0, workNs: 0, waitNs: 0, isUnderWay: true };
  return { order: { id, name, orderId, traceId, sentence, ...times, deliveries: [] }, originMs: startedAtMs };
}

function rethrow(thrown: unknown): never {
  if (thrown instanceof ReadError) {
    throw new HoldupError("HOLDUP_TRACES_UNREADABLE", thrown.message, { cause: thrown });
  }
  throw toHoldupError(thrown);
}
