import { markMeanings, marks } from "./order-line.tsx";
import type { ShownState } from "./stages-in-order.ts";

const states = Object.keys(marks) as ShownState[];

/** What the marks of the stages and the colours of the bars mean. */
export function OrdersLegend() {
  return (
    <ul class="legend orders-legend" aria-label="Legend">
      {states.map((state) => (
        <li key={state} class={`stage-${state}`}>
          <span aria-hidden="true">{marks[state]}</span> {markMeanings[state]}
        </li>
      ))}
      <li>
        <span class="swatch work" aria-hidden="true" /> work
      </li>
      <li>
        <span class="swatch waiting" aria-hidden="true" /> waiting
      </li>
    </ul>
  );
}
