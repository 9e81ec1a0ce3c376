import { setTimeout as delay } from "node:timers/promises";
import { HoldupError, toHoldupError } from "../../core/errors.ts";

const longestDelayMs = 5000;

export type AttemptOptions = {
  readonly maxAttempts: number;
  readonly retryDelayMs: number;
  readonly signal: AbortSignal;
  readonly onRetry: (error: HoldupError, attempt: number, delayMs: number) => void;
};

/**
 * Runs until it succeeds, or until an error is not retriable.
 *
 *     attempt 1 ✗ ── 250 ms ── attempt 2 ✗ ── 500 ms ── attempt 3 ✓
 *
 * An outage does not count towards `maxAttempts`: it is not the order's fault, so accepted orders must not go to the
 * dead-letter topic, however long it lasts.
 *
 * @throws the last HoldupError, or HOLDUP_STOPPING when `signal` aborts between two attempts
 */
export async function withAttempts<T>(
  run: (attempt: number) => Promise<T>,
  options: AttemptOptions,
): Promise<T> {
  let counted = 0;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await run(attempt);
    } catch (thrown) {
      const error = toHoldupError(thrown);
      if (!error.retriable) throw error;
      if (!error.isOutage) counted += 1;
      if (counted >= options.maxAttempts) throw error;
      const pauseMs = Math.min(options.retryDelayMs * 2 ** (attempt - 1), longestDelayMs);
      options.onRetry(error, attempt, pauseMs);
      await delay(pauseMs, undefined, { signal: options.signal }).catch(() => {
        throw new HoldupError(
          "HOLDUP_STOPPING",
          "The service is stopping; the message will be delivered again.",
        );
      });
    }
  }
}
