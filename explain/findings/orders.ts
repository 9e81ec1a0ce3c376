import type { Delivery } from "../deliveries/delivery.ts";
import type { OpenFinding, OrderFinding } from "../explanation.ts";
import { maxOf, minOf } from "../extremes.ts";
import type { createDeliveryFindings } from "./delivery-findings.ts";
import type { Explained } from "./explained.ts";
import { orderSentence } from "./order-sentence.ts";

/** Digits of an id used as a name: those of a UUID up to its first hyphen. */
const shownIdDigits = 8;

/** What shows which order a message belongs to. */
export type Rooted = Pick<Delivery, "order" | "orderId" | "rootTraceId" | "rootNs">;

/** Names orders: by number in order of their roots' starts, or as `given` by id or root trace id. */
export function orderNames(
  deliveries: readonly Rooted[],
  given?: ReadonlyMap<string, string>,
): (order: string) => string {
  const roots = new Map<string, Rooted>();
  for (const delivery of deliveries) {
    const known = roots.get(delivery.order);
    if (!known || delivery.rootNs < known.rootNs) roots.set(delivery.order, delivery);
  }
  const sorted = [...roots.values()].sort((a, b) => a.rootNs - b.rootNs || (a.order < b.order ? -1 : 1));
  const names = new Map(
    sorted.map(({ order, rootTraceId }, n) => [
      order,
      given?.get(order) ??
        given?.get(rootTraceId) ??
        `order ${given ? order.slice(0, shownIdDigits) : n + 1}`,
    ]),
  );
  return (order) => names.get(order) ?? order;
}

/** One finding per order; `open` are the messages that were not handled at `nowNs`. */
export function orderFindings(
  explained: readonly Explained[],
  open: readonly OpenFinding[],
  openRoots: ReadonlyMap<OpenFinding, Rooted>,
  nowNs: number,
  nameOf: (order: string) => string,
  findings: ReturnType<typeof createDeliveryFindings>,
): OrderFinding[] {
  const orders = new Map<string, { handled: Explained[]; open: OpenFinding[] }>();
  const of = (order: string) => {
    const known = orders.get(order) ?? { handled: [], open: [] };
    orders.set(order, known);
    return known;
  };
  for (const one of explained) of(one.delivery.order).handled.push(one);
  for (const one of open) of(openRoots.get(one)?.order ?? "").open.push(one);
  return [...orders].map(([id, { handled: ofOrder, open: ofOpen }]) => {
    const path = pathOf(ofOrder);
    const roots: Rooted[] = [
      ...ofOrder.map(({ delivery }) => delivery),
      ...ofOpen.flatMap((one) => openRoots.get(one) ?? []),
    ];
    const fromNs = minOf(roots.map(({ rootNs }) => rootNs));
    const isUnderWay = ofOpen.length > 0;
    // With clocks that disagree, an order can seem to end before it starts.
    const toNs = Math.max(
      fromNs,
      isUnderWay ? nowNs : maxOf(ofOrder.map(({ delivery }) => delivery.run.endNs)),
    );
    const waitedNs = waitedOnPath(path, { fromNs, toNs });
    const openNs = maxOf([0, ...ofOpen.map((one) => one.waitNs)]);
    const waitNs = Math.min(toNs - fromNs, waitedNs.reduce((sum, ns) => sum + ns, 0) + openNs);
    const order = {
      id,
      name: nameOf(id),
      orderId: roots[0]?.orderId,
      traceId: roots[0]?.rootTraceId ?? "",
      fromAtNs: fromNs,
      toAtNs: toNs,
      totalNs: toNs - fromNs,
      waitNs,
      workNs: toNs - fromNs - waitNs,
      isUnderWay,
      deliveries: ofOrder.map(findings.delivery),
    };
    const findingOf = new Map(ofOrder.map((one, n) => [one, order.deliveries[n]]));
    const steps = path.flatMap((one, n) => {
      const finding = findingOf.get(one);
      return finding ? [{ ...finding, waitedNs: waitedNs[n] ?? 0 }] : [];
    });
    const skewNs = maxOf([0, ...ofOrder.map(({ delivery }) => delivery.skewNs)]);
    return { ...order, sentence: orderSentence(order, steps, ofOpen, skewNs) };
  });
}

/** The deliveries from the root to the one that ended last. */
function pathOf(ofOrder: readonly Explained[]): Explained[] {
  const byDelivery = new Map<Delivery, Explained>(ofOrder.map((one) => [one.delivery, one]));
  const path: Explained[] = [];
  let at = ofOrder.reduce<Delivery | undefined>(
    (last, { delivery }) => (!last || delivery.run.endNs > last.run.endNs ? delivery : last),
    undefined,
  );
  for (; at; at = at.upstream) {
    const one = byDelivery.get(at);
    if (one) path.unshift(one);
  }
  return path;
}

type Period = { readonly fromNs: number; readonly toNs: number };

/**
 * The part of each wait on a path that no later wait covers. Waits overlap where an attempt failed after it had sent its message on.
 *
 *     g    ──run 1──┤ failed, back-off ├──run 2──       counts up to the send
 *     h         sent ├─────── waits ──────────┤─run─    counts
 */
function waitedOnPath(path: readonly Explained[], order: Period): number[] {
  /** Disjoint, the earliest last. */
  const covered: Period[] = [];
  const waited = path.toReversed().map(({ delivery: { run }, wait }) => {
    const fromNs = Math.max(order.fromNs, run.startNs - (wait?.ns ?? 0));
    const toNs = Math.min(order.toNs, run.startNs);
    if (fromNs >= toNs) return 0;
    let [coveredNs, firstNs, lastNs] = [0, fromNs, toNs];
    const earlier: Period[] = [];
    for (let next = covered.at(-1); next && next.fromNs < toNs; next = covered.at(-1)) {
      covered.pop();
      if (next.toNs <= fromNs) {
        earlier.push(next);
        continue;
      }
      coveredNs += Math.min(toNs, next.toNs) - Math.max(fromNs, next.fromNs);
      firstNs = Math.min(firstNs, next.fromNs);
      lastNs = Math.max(lastNs, next.toNs);
    }
    covered.push({ fromNs: firstNs, toNs: lastNs });
    for (const one of earlier.reverse()) covered.push(one);
    return toNs - fromNs - coveredNs;
  });
  return waited.reverse();
}
