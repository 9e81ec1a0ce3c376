import { useEffect, useState } from "preact/hooks";
import type { Bar, OrderAnswer, OrderRow } from "../../api.ts";
import { readOrder } from "../live/api.ts";
import type { Highlight } from "./highlight.ts";

/** The selected order, and its delivery that has the keyboard focus. */
export type Selection = { readonly order: string; readonly bar: string | undefined };

export type Selecting = {
  readonly selection: Selection | undefined;
  readonly select: (selection: Selection | undefined) => void;
  /** What the selection highlights. */
  readonly highlight: Highlight | undefined;
};

export function selectionOf(bar: Bar): Selection {
  return { order: bar.order, bar: bar.id };
}

/** The server's answer about an order; read again when its row changes. */
export function useOrderAnswer(
  order: string | undefined,
  row: OrderRow | undefined,
): OrderAnswer | undefined {
  const [answer, setAnswer] = useState<OrderAnswer>();
  useEffect(() => {
    if (order === undefined) return;
    const stop = new AbortController();
    // Without an answer the lanes still show what the bars contain.
    readOrder(order, stop.signal).then(setAnswer, () => {});
    return () => stop.abort();
  }, [order, row]);
  return answer?.order.id === order ? answer : undefined;
}
