import { setTimeout as delay } from "node:timers/promises";
import { HoldupError, toHoldupError } from "../../../core/errors.ts";
import { ReadError } from "../../../explain/read/errors.ts";
import { type JaegerQuery, readJaeger } from "../../../explain/read/read-jaeger.ts";
import type { Span } from "../../../explain/span.ts";
import type { OrderRow } from "../../api.ts";
import { readWholeTrace } from "../jaeger-trace.ts";
import { createBudget } from "./cpu-budget.ts";
import { lastBefore } from "./last-unread-trace.ts";
import { createOrderNames } from "./order-names.ts";
import type { Handlers, Json, Numbers, TracesSettings } from "./protocol.ts";
import { createPicture } from "./read-model.ts";
import { startSpanPoll } from "./span-poll.ts";
import { createSpanStore, keeps, orderOf } from "./span-store.ts";

/** For so long Jaeger may be silent. */
const tracesWithinMs = 10_000;
/** Orders that may have held up one that is older than what is kept. */
const surroundingsMs = 30_000;
/** For so long a page waits for what was before to be read. */
const mostWaitMs = 20_000;
/** Spans beyond the bound, as its share, before the oldest go while others still come. */
const tooMany = 1.1;

/** Follows Jaeger, keeps the spans, and answers what can be told of them. */
export function keepTraces(
  { jaegerUrl, historyMs, maxSpans }: TracesSettings,
  tell: {
    readonly onLooked: (trouble: string | undefined) => void;
    readonly onNumbered: (numbers: Numbers) => void;
  },
): Handlers & { stop(): Promise<void> } {
  const store = createSpanStore({ maxSpans, longestMs: historyMs });
  const budget = createBudget();
  const names = createOrderNames(maxSpans);
  let isWatched = false;
  let canNumber = false;
  /** When the last trace ended that was never read; undefined when there is none. */
  let unreadToMs: number | undefined;
  let numbersFromMs: number | undefined;

  async function read(query: JaegerQuery, take: (spans: Span[]) => void): Promise<void> {
    for await (const spans of readJaeger(jaegerUrl, query, () => {}, { keeps, timeoutMs: tracesWithinMs })) {
      take(spans);
      if (store.size() > maxSpans * tooMany) store.evict(Date.now());
    }
  }

  const poll = startSpanPoll({
    read,
    take: (spans) => void store.add(spans),
    isWatched: () => isWatched,
    onOutcome(thrown) {
      store.evict(Date.now());
      number();
      tell.onLooked(thrown === undefined ? undefined : toHoldupError(thrown).message);
    },
    historyMs,
    keptFromMs: store.keptFromMs,
    async onHistory(coveredFromMs) {
      const isKnown = (traceId: string) => store.trace(traceId) !== undefined;
      unreadToMs = await lastBefore(jaegerUrl, coveredFromMs, isKnown, tracesWithinMs);
    },
  });
  const picture = createPicture({
    store,
    names,
    budget,
    isWhole(fromMs) {
      const unreadMs = poll.isComplete() ? (unreadToMs ?? Number.NEGATIVE_INFINITY) : poll.coveredFromMs();
      return fromMs > Math.max(store.keptFromMs(), unreadMs);
    },
    numbersFromMs: () => numbersFromMs,
  });

  /** Numbers new orders by their starts, once all are there that have the numbers before. */
  function number(): void {
    if (!canNumber || !poll.isComplete()) return;
    const fromMs = poll.coveredFromMs();
    const starts = new Map<string, number>();
    for (const trace of store.traces()) {
      const order = orderOf(trace);
      // One that a page has fetched from before would be out of sequence.
      if (order === undefined || trace.startMs < fromMs || names.known.has(order)) continue;
      starts.set(order, Math.min(trace.startMs, starts.get(order) ?? trace.startMs));
    }
    if (starts.size === 0) return;
    if (names.last() === 0 && unreadToMs !== undefined) numbersFromMs = fromMs;
    const orders = [...starts].sort(([a, aMs], [b, bMs]) => aMs - bMs || (a < b ? -1 : 1)).map(([id]) => id);
    tell.onNumbered({ orders: names.number(orders), fromMs: numbersFromMs });
  }

  async function settled(): Promise<void> {
    await Promise.race([poll.settled(), delay(mostWaitMs, undefined, { ref: false })]);
  }

  /** Brings a trace that is not kept among the kept ones, until the next look; false when there is none. */
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
    async look(running) {
      await settled();
      const changes = await picture.look(running);
      return changes && jsonOf(changes);
    },
    async window({ running, ...window }) {
      await settled();
      picture.run(running);
      return jsonOf(await picture.window(window));
    },
    async order(id) {
      await settled();
      await picture.renew();
      const row = picture.row(id);
      if (!row) return undefined;
      const [finding, { spans, instances }] = await Promise.all([
        picture.finding(row),
        readWholeTrace(jaegerUrl, row.traceId).catch(refused),
      ]);
      const { order, originMs } = finding ?? notHandled(row);
      return { order, originMs, deliveries: order.deliveries, spans, instances };
    },
    fetch: fetchTrace,
    async resume({ orders, fromMs }) {
      names.resume(orders);
      numbersFromMs = fromMs;
      canNumber = true;
      number();
    },
    async watch(watched) {
      isWatched = watched;
      if (!watched) return;
      picture.forgetChanges();
      poll.wake();
    },
    stop: poll.stop,
  };
}

function jsonOf(answer: unknown): Json {
  return new TextEncoder().encode(JSON.stringify(answer));
}

function notHandled(row: OrderRow) {
  const { id, name, orderId, traceId, sentence, startedAtMs } = row;
  const times = { fromAtNs: 0, toAtNs: 0, totalNs: 0, workNs: 0, waitNs: 0 };
  return { order: { id, name, orderId, traceId, sentence, ...times, deliveries: [] }, originMs: startedAtMs };
}

function refused(thrown: unknown): never {
  if (thrown instanceof ReadError) {
    throw new HoldupError("HOLDUP_TRACES_UNREADABLE", thrown.message, { cause: thrown });
  }
  throw toHoldupError(thrown);
}
