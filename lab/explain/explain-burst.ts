import type { ReadingProgress } from "../../explain/cli/reading-progress.ts";
import { explainBatches } from "../../explain/cli/run-explain.ts";
import type { Explanation } from "../../explain/explanation.ts";
import { readJaeger } from "../../explain/read/read-jaeger.ts";
import { type Clock, systemClock } from "../../traffic/clock.ts";
import type { BurstSummary } from "../../traffic/summary.ts";
import { burstScope, burstWindow, incompleteOrders } from "./burst-scope.ts";

/** Spans leave a service up to five seconds after their end. */
const arrivalMs = 10_000;
const pauseMs = 250;
/** Longest time without a byte from the trace store. */
const timeoutMs = 10_000;

export type Patience = { readonly clock?: Clock; readonly patienceMs?: number };

export type BurstExplanation = {
  readonly explanation: Explanation;
  /** Numbers of the analysed orders whose spans have not all arrived. */
  readonly incomplete: readonly number[];
};

/**
 * Explains a burst that has just ended, once the spans of all its analysed orders have arrived, or when none has arrived
 * for ten seconds.
 *
 * @throws ReadError when the traces cannot be read
 */
export async function explainBurst(
  summary: BurstSummary,
  jaegerUrl: string,
  signal: AbortSignal,
  progress?: ReadingProgress,
  patience?: Patience,
): Promise<BurstExplanation> {
  const read = () =>
    explainBatches(
      (onProblem) => readJaeger(jaegerUrl, burstWindow(summary), onProblem, { timeoutMs }),
      burstScope(summary),
      progress,
    );
  return untilArrived(summary, read, signal, patience);
}

/** Whether spans of a burst may still be arriving. */
export function isFresh({ endedAt }: BurstSummary, nowMs: number): boolean {
  return nowMs - Date.parse(endedAt) < arrivalMs;
}

/** Repeats `read` until the spans of all the burst's analysed orders have arrived, or none has arrived for ten seconds. */
export async function untilArrived(
  summary: BurstSummary,
  read: () => Promise<Explanation>,
  signal: AbortSignal,
  { clock = systemClock, patienceMs = arrivalMs }: Patience = {},
): Promise<BurstExplanation> {
  let explanation = await read();
  let incomplete = incompleteOrders(summary, explanation);
  let untilMs = clock.nowMs() + patienceMs;
  while (incomplete.length > 0 && clock.nowMs() < untilMs && !signal.aborted) {
    await clock.sleep(pauseMs, signal);
    const before = incomplete.length;
    explanation = await read();
    incomplete = incompleteOrders(summary, explanation);
    if (incomplete.length < before) untilMs = clock.nowMs() + patienceMs;
  }
  return { explanation, incomplete };
}
