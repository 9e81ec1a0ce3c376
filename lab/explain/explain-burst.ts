import type { Explanation } from "../../explain/explanation.ts";
import { readJaeger } from "../../explain/read/read-jaeger.ts";
import { type Clock, systemClock } from "../../shared/burst/clock.ts";
import type { BurstSummary } from "../../shared/burst/summary.ts";
import { burstScope, burstWindow, lackingOrders } from "./burst-scope.ts";
import { explainBatches } from "./explain-batches.ts";
import type { ReadingProgress } from "./reading-progress.ts";

/** Spans leave a service up to five seconds after they ended. */
const arrivalMs = 10_000;
const pauseMs = 250;
/** For how long the trace store may be silent. */
const timeoutMs = 10_000;

export type BurstExplanation = {
  readonly explanation: Explanation;
  /** Numbers of the analysed orders whose spans have not all arrived. */
  readonly lacking: readonly number[];
};

/**
 * Explains a burst that has just ended, once the spans of all its analysed orders have arrived, or when none has come for
 * some seconds.
 *
 * @throws ReadError when the traces cannot be read
 */
export async function explainBurst(
  summary: BurstSummary,
  jaegerUrl: string,
  signal: AbortSignal,
  progress?: ReadingProgress,
  { clock = systemClock, patienceMs = arrivalMs }: { clock?: Clock; patienceMs?: number } = {},
): Promise<BurstExplanation> {
  const read = () =>
    explainBatches(
      (onProblem) => readJaeger(jaegerUrl, burstWindow(summary), onProblem, { timeoutMs }),
      burstScope(summary),
      progress,
    );
  let explanation = await read();
  let lacking = lackingOrders(summary, explanation);
  let untilMs = clock.nowMs() + patienceMs;
  while (lacking.length > 0 && clock.nowMs() < untilMs && !signal.aborted) {
    await clock.sleep(pauseMs, signal);
    const before = lacking.length;
    explanation = await read();
    lacking = lackingOrders(summary, explanation);
    if (lacking.length < before) untilMs = clock.nowMs() + patienceMs;
  }
  return { explanation, lacking };
}
