import type { LiveState } from "./state.ts";

const maxSent = 1000;
const sent = new Set<string>();

/** Remembers an order sent from this page: its first span arrives seconds later. */
export function rememberSentOrder(id: string): void {
  sent.add(id);
  const [oldest] = sent;
  if (sent.size > maxSent && oldest !== undefined) sent.delete(oldest);
}

/** Whether this page knows that the order API has accepted the order. */
export function isKnownOrder(id: string, { burst }: Pick<LiveState, "burst">): boolean {
  return sent.has(id) || (burst?.orders.includes(id) ?? false);
}
