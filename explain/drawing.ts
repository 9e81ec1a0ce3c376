import type { DeliveryFinding, Explanation, OpenFinding } from "./explanation.ts";

/** A message being handled, as the lanes show it. */
export type Bar = Pick<
  DeliveryFinding,
  "order" | "traceId" | "spanId" | "startedAtNs" | "endedAtNs" | "work" | "availableAtNs"
>;

/** A bar and the lane that it is in. */
export type PlacedBar = {
  readonly stage: string;
  readonly topic: string;
  readonly partition?: number | undefined;
  readonly bar: Bar;
};

const drawn = new WeakMap<Explanation, () => readonly PlacedBar[]>();

/** Keeps how to make the bars of an explanation without all findings of its orders, of which a text prints few. */
export function keepBars(explanation: Explanation, bars: () => readonly PlacedBar[]): void {
  drawn.set(explanation, bars);
}

/** The bars of all reported deliveries, and of the messages that were not handled yet. */
export function barsOf(explanation: Explanation): PlacedBar[] {
  const { open } = explanation;
  const kept = drawn.get(explanation);
  // `orders` may be a getter that is costly to call.
  const handled = kept ? kept() : explanation.orders.flatMap(({ deliveries }) => deliveries.map(placed));
  return [...handled, ...open.messages.map((one) => ({ ...one, bar: barOfOpen(one, open.atNs) }))];
}

function placed(delivery: DeliveryFinding): PlacedBar {
  const { stage, topic, partition } = delivery;
  return { stage, topic, partition, bar: delivery };
}

/** A message that no span handles yet, until now: a run that has not ended, or none. */
function barOfOpen(open: OpenFinding, nowNs: number): Bar {
  const {
    order,
    traceId,
    availableAtNs,
    endedAtNs = nowNs,
    startedAtNs = endedAtNs,
    operation,
    intensity,
  } = open;
  const work =
    operation === undefined ? undefined : { name: operation, intensity, ns: endedAtNs - startedAtNs };
  return { order, traceId, spanId: "", availableAtNs, startedAtNs, endedAtNs, work };
}
