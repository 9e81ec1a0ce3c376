import type { Clock } from "./clock.ts";

export type Sending<T> = {
  readonly clock: Clock;
  /** Start of the burst on `clock`. */
  readonly startMs: number;
  /** Maximum number of orders in flight, which bounds the sockets. */
  readonly maxInFlight: number;
  /** Sends one order and records its answer; never throws, and ends soon after `signal` aborts. */
  readonly send: (order: T) => Promise<void>;
  readonly signal: AbortSignal;
};

/**
 * Sends every order at its intended time, whether or not earlier ones have been answered. Returns when all have their answer;
 * after an abort, when those already sent have theirs.
 *
 *     intended  1   2   3   4   5          an open loop: only the clock decides when an order is due
 *     sent      1   2   3   4   5
 *     answered          1---------2-3-4-5  a slow answer to 2 does not delay the sending of 3
 *
 * A loop that waited for 2 before it sent 3 would send 3 late and measure it from then: the wait that the API caused would be
 * missing from the figures (coordinated omission). For the same reason an order that waited because `maxInFlight` were
 * unanswered is measured from its intended time.
 */
export async function sendOrders<T extends { readonly intendedMs: number }>(
  orders: readonly T[],
  { clock, startMs, maxInFlight, send, signal }: Sending<T>,
): Promise<void> {
  let due = 0;
  let next = 0;
  let inFlight = 0;
  const idle = Promise.withResolvers<void>();

  function pump(): void {
    while (!signal.aborted && next < due && inFlight < maxInFlight) {
      const order = orders[next];
      if (order === undefined) break;
      next += 1;
      inFlight += 1;
      void send(order).finally(() => {
        inFlight -= 1;
        pump();
      });
    }
    if (inFlight === 0 && (signal.aborted || next === orders.length)) idle.resolve();
  }

  signal.addEventListener("abort", pump, { once: true });
  while (due < orders.length && !signal.aborted) {
    const elapsedMs = clock.nowMs() - startMs;
    while (due < orders.length && (orders[due]?.intendedMs ?? 0) <= elapsedMs) due += 1;
    pump();
    const upcoming = orders[due];
    // At least 1 ms, so that answers are read even when orders are always due.
    if (upcoming) await clock.sleep(Math.max(1, upcoming.intendedMs - elapsedMs), signal);
  }
  pump();
  await idle.promise;
  signal.removeEventListener("abort", pump);
}
