import type { LiveState } from "./state.ts";

const most = 1000;
const sent = new Set<string>();

/** Remembers an order that this page has sent: its first span comes seconds later. */
export function rememberSent(id: string): void {
  sent.add(id);
  const [oldest] = sent;
  if (sent.size > most && oldest !== undefined) sent.delete(oldest);
}

/** Whether the order API has taken the order, as far as this page knows. */
export function isAccepted(id: string, { burst }: Pick<LiveState, "burst">): boolean {
  return sent.has(id) || (burst?.orders.includes(id) ?? false);
}
