import type { ComponentChildren } from "preact";
import type { Bar } from "../../api.ts";
import { type Selecting, selectionOf } from "./selection.ts";

type Props = Pick<Selecting, "select"> & { bar: Bar; children?: ComponentChildren };

/** Selects a delivery; labelled with the name of its order by default. */
export function BarButton({ bar, select, children }: Props) {
  return (
    <button type="button" class="order-name" onClick={() => select(selectionOf(bar))}>
      {children ?? bar.orderName}
    </button>
  );
}
