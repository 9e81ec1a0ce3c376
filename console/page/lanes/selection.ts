import { useEffect, useState } from "preact/hooks";
import type { Bar, OrderAnswer, OrderRow } from "../../api.ts";
import { askOrder } from "../live/api.ts";
import type { Highlight } from "./highlight.ts";

/** The order that is selected, and the delivery of it that the keyboard is at. */
export type Selection = { readonly order: string; readonly bar: string | undefined };

/** What is selected, and what selects. */
export type Selecting = {
  readonly selection: Selection | undefined;
  readonly select: (selection: Selection | undefined) => void;
  /** What the selection lights up. */
  readonly highlight: Highlight | undefined;
};

export function selectionOf(bar: Bar): Selection {
  return { order: bar.order, bar: bar.id };
}

/** What the server says of an order; asked again when its row has changed. */
export function useOrderAnswer(
  order: string | undefined,
  row: OrderRow | undefined,
): OrderAnswer | undefined {
  const [answer, setAnswer] = useState<OrderAnswer>();
  useEffect(() => {
    if (order === undefined) return;
    const stop = new AbortController();
    // Without an answer the lanes still show what the bars tell.
    askOrder(order, stop.signal).then(setAnswer, () => {});
    return () => stop.abort();
  }, [order, row]);
  return answer?.order.id === order ? answer : undefined;
}
