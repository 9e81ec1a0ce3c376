import { setTimeout as delay } from "node:timers/promises";
import type { JaegerQuery } from "../../../explain/read/read-jaeger.ts";
import type { Span } from "../../../explain/span.ts";

/** A span is exported within a second after its end, then stored. */
const arrivalMs = 2_500;
/** A longer span may have started before the range of the short poll. */
const longSpanMs = 4_000;
const veryLongSpanMs = 50_000;
const longSpanLookBackMs = 60_000;
const historyStepMs = 30_000;
/** A longer poll has mostly waited for Jaeger. */
const maxCountedMs = 3_000;

export type SpanPollOptions = {
  /** Reads the result of a query in batches; rejects when Jaeger fails. */
  readonly read: (query: JaegerQuery, take: (spans: Span[]) => void) => Promise<void>;
  readonly take: (spans: Span[]) => void;
  /** Called after each poll, with its error. */
  readonly onOutcome: (error: unknown) => void;
  readonly isWatched: () => boolean;
  readonly historyMs: number;
  /** Traces that ended before this are evicted. */
  readonly keptFromMs: () => number;
  /** Called once, when the history has been read, back to `coveredFromMs`. */
  readonly onHistory: (coveredFromMs: number) => Promise<void>;
  readonly nowMs?: () => number;
  readonly watchedEveryMs?: number;
  readonly idleEveryMs?: number;
};

/**
 * Follows Jaeger: polls for new spans, and reads the history half a minute at a time.
 *
 *     ──────────────┤ very long ┤──────── long ────────┤ short, all spans ├ now
 *      minutes ago   every 20 s         every time        every time
 *
 * Jaeger searches by the start of spans, and a span exists only after its end. So the short poll of recent starts misses spans that
 * run for long. Those are found by their duration, among consumer spans only, because few of these are long.
 */
export function startSpanPoll(options: SpanPollOptions) {
  const { read, take, isWatched, onOutcome, historyMs, nowMs = Date.now } = options;
  const { keptFromMs, onHistory, watchedEveryMs = 2_000, idleEveryMs = 10_000 } = options;
  const stopping = new AbortController();
  let wake = () => {};
  let lastMs = nowMs();
  let lastVeryLongMs = 0;
  /** Spans that started after this have been read. */
  let coveredFromMs = lastMs;
  let isComplete = false;
  /** Resolves when the poll has read everything available. */
  let round = Promise.withResolvers<void>();
  const oldestMs = () => nowMs() - historyMs;

  async function poll(): Promise<void> {
    const now = nowMs();
    const shortFromMs = lastMs - longSpanMs - arrivalMs;
    await read({ startMs: shortFromMs, endMs: now }, take);
    const consumers = (minMs: number) => ({
      minDuration: `${minMs}ms`,
      tags: JSON.stringify({ "span.kind": "consumer" }),
    });
    const longFromMs = shortFromMs - longSpanLookBackMs;
    await read({ startMs: longFromMs, endMs: shortFromMs, params: consumers(longSpanMs) }, take);
    if (now - lastVeryLongMs > 20_000) {
      lastVeryLongMs = now;
      const params = consumers(veryLongSpanMs);
      await read({ startMs: oldestMs(), endMs: longFromMs, params }, take);
    }
    lastMs = now;
  }

  async function readHistory(): Promise<void> {
    const endMs = coveredFromMs;
    // Traces beyond the bounds of the store would be evicted at once.
    const startMs = Math.max(endMs - historyStepMs, Math.min(endMs, Math.max(oldestMs(), keptFromMs())));
    if (startMs < endMs) await read({ startMs, endMs }, take);
    coveredFromMs = startMs;
    isComplete = startMs > endMs - historyStepMs;
    if (isComplete) await onHistory(startMs);
  }

  async function pause(ms: number): Promise<void> {
    const woken = new AbortController();
    wake = () => woken.abort();
    const signal = AbortSignal.any([stopping.signal, woken.signal]);
    await delay(ms, undefined, { signal }).catch(() => {});
  }

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      const startedMs = performance.now();
      let tookMs = 0;
      let isDone = true;
      try {
        await poll();
        if (!isComplete) await readHistory();
        isDone = isComplete;
        tookMs = Math.min(performance.now() - startedMs, maxCountedMs);
        onOutcome(undefined);
      } catch (thrown) {
        if (!stopping.signal.aborted) onOutcome(thrown);
      }
      if (isDone) round.resolve();
      const restMs = isDone ? (isWatched() ? watchedEveryMs : idleEveryMs) : 0;
      // At most a tenth of the time is spent reading; two thirds while a page waits for its first window.
      await pause(Math.max(restMs, tookMs * (isDone || !isWatched() ? 9 : 0.5)));
      if (isDone) round = Promise.withResolvers();
    }
    round.resolve();
  }
  const running = run();

  return {
    /** Polls at once. */
    wake: () => wake(),
    /** Spans that started before this may not have been read yet. */
    coveredFromMs: () => coveredFromMs,
    /** Whether the whole history has been read. */
    isComplete: () => isComplete,
    /** Resolves when the history has been read, or Jaeger has failed, and nothing is being read. */
    settled: () => round.promise,
    async stop(): Promise<void> {
      stopping.abort();
      await running;
    },
  };
}
