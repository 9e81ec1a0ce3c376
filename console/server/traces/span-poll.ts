import { setTimeout as delay } from "node:timers/promises";
import type { JaegerQuery } from "../../../explain/read/read-jaeger.ts";
import type { Span } from "../../../explain/span.ts";

/** A span is sent within a second after its end, and then stored. */
const arrivalMs = 2_500;
/** A span that lasts longer may have started before what the short look covers. */
const longSpanMs = 4_000;
const veryLongSpanMs = 50_000;
const longSpanLookBackMs = 60_000;
const backfillMs = 30_000;
/** A look that takes longer has mostly waited for Jaeger. */
const longestCountedMs = 3_000;

export type SpanPollOptions = {
  /** Reads what a query finds; the batches of an answer, or a rejection. */
  readonly read: (query: JaegerQuery, take: (spans: Span[]) => void) => Promise<void>;
  readonly take: (spans: Span[]) => void;
  /** Called after each look, with what went wrong. */
  readonly onOutcome: (error: unknown) => void;
  readonly isWatched: () => boolean;
  readonly historyMs: number;
  /** What ended before that is kept no more. */
  readonly keptFromMs: () => number;
  /** Called once, when what was before has been read; what started since a moment is there now. */
  readonly onHistory: (coveredFromMs: number) => Promise<void>;
  readonly nowMs?: () => number;
  readonly watchedEveryMs?: number;
  readonly idleEveryMs?: number;
};

/**
 * Follows Jaeger: what is new, again and again, and what there was before, half a minute at a time.
 *
 *     ──────────────┤ very long ┤──────── long ────────┤ short, all spans ├ now
 *      minutes ago   once in a while    every time        every time
 *
 * Jaeger searches by the starts of spans, and a span is there only once it has ended. So a short look at all that started just
 * now misses what runs for long; that is found by its duration, among the consumers' spans, of which there are few such.
 */
export function startSpanPoll(options: SpanPollOptions) {
  const { read, take, isWatched, onOutcome, historyMs, nowMs = Date.now } = options;
  const { keptFromMs, onHistory, watchedEveryMs = 2_000, idleEveryMs = 10_000 } = options;
  const stopping = new AbortController();
  let wake = () => {};
  let lastMs = nowMs();
  let lastVeryLongMs = 0;
  /** What started since then has been read. */
  let coveredFromMs = lastMs;
  let isComplete = false;
  /** Resolved while all that was found has been taken. */
  let round = Promise.withResolvers<void>();
  const oldestMs = () => nowMs() - historyMs;

  async function look(): Promise<void> {
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

  async function backfill(): Promise<void> {
    const endMs = coveredFromMs;
    // Beyond what there is room for, reading on would be for nothing.
    const startMs = Math.max(endMs - backfillMs, Math.min(endMs, Math.max(oldestMs(), keptFromMs())));
    if (startMs < endMs) await read({ startMs, endMs }, take);
    coveredFromMs = startMs;
    isComplete = startMs > endMs - backfillMs;
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
        await look();
        if (!isComplete) await backfill();
        isDone = isComplete;
        tookMs = Math.min(performance.now() - startedMs, longestCountedMs);
        onOutcome(undefined);
      } catch (thrown) {
        if (!stopping.signal.aborted) onOutcome(thrown);
      }
      if (isDone) round.resolve();
      const restMs = isDone ? (isWatched() ? watchedEveryMs : idleEveryMs) : 0;
      // At most a tenth of the time is spent reading; two thirds while a page waits for its first picture.
      await pause(Math.max(restMs, tookMs * (isDone || !isWatched() ? 9 : 0.5)));
      if (isDone) round = Promise.withResolvers();
    }
    round.resolve();
  }
  const running = run();

  return {
    /** Looks at once. */
    wake: () => wake(),
    /** What started before may not have been read yet. */
    coveredFromMs: () => coveredFromMs,
    /** Whether what was before has been read, as far as it is kept. */
    isComplete: () => isComplete,
    /** Resolves when nothing is being read, and what was before has been, or cannot be. */
    settled: () => round.promise,
    async stop(): Promise<void> {
      stopping.abort();
      await running;
    },
  };
}
