import type { Clock } from "./clock.ts";
import type { Ledger, OrderRecord, OrderView } from "./ledger.ts";

type Following = {
  readonly ledger: Ledger;
  readonly clock: Clock;
  /** Asks the API about one order; undefined when it does not answer. */
  readonly look: (orderId: string) => Promise<OrderView | undefined>;
  /** True once every order has been sent and answered. */
  readonly isSent: () => boolean;
  /** True when there is no more time to wait. */
  readonly isOverdue: () => boolean;
  readonly signal: AbortSignal;
};

const looksAtATime = 4;
/** Orders checked in a round: some of the oldest, which end first, and some of all others in turn. */
const oldest = 16;
const inTurn = 48;
const shortPauseMs = 100;
const longPauseMs = 1000;

/**
 * Checks unfinished orders in rounds until all have ended, time is up or the signal aborts. A round checks only a few orders,
 * and rounds are up to a second apart while nothing changes, so that following does not load the lab. When time is up, every
 * order is checked once more; if that shows progress, following continues.
 */
export async function followOrders(following: Following): Promise<void> {
  const { ledger, clock, isSent, isOverdue, signal } = following;
  let pauseMs = shortPauseMs;
  let turn = 0;
  while (!signal.aborted) {
    const underWay = ledger.underWay();
    if (underWay.length === 0 && isSent()) return;
    if (isOverdue()) {
      await lookAt(underWay, following);
      if (isOverdue()) return;
      continue;
    }
    const others = underWay.slice(oldest);
    const from = others.length === 0 ? 0 : turn % others.length;
    const round = [...underWay.slice(0, oldest), ...others.slice(from, from + inTurn)];
    turn = from + inTurn < others.length ? from + inTurn : 0;
    const { changed, ended } = await lookAt(round, following);
    // Rounds that find many ended orders are catching up, so the next one starts at once.
    if (ended > round.length / 4) pauseMs = shortPauseMs;
    else {
      pauseMs = changed > 0 ? shortPauseMs : Math.min(longPauseMs, pauseMs * 1.5);
      await clock.sleep(pauseMs, signal);
    }
  }
}

async function lookAt(
  orders: readonly OrderRecord[],
  { ledger, look, signal }: Following,
): Promise<{ changed: number; ended: number }> {
  const found = { changed: 0, ended: 0 };
  const left = orders.values();
  await Promise.all(
    Array.from({ length: looksAtATime }, async () => {
      for (const { plan, orderId } of left) {
        if (signal.aborted) return;
        const view = orderId === undefined ? undefined : await look(orderId);
        if (!view || !ledger.seen(plan.number, view)) continue;
        found.changed += 1;
        if (ledger.records()[plan.number - 1]?.state !== "accepted") found.ended += 1;
      }
    }),
  );
  return found;
}
