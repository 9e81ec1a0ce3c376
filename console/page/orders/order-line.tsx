import { stageName } from "../../../explain/verdicts/words.ts";
import type { OrderRow } from "../../api.ts";
import { orderHash } from "../shell/route.ts";
import { clock, durationOfMs } from "../text/format.ts";
import { WorkAndWait } from "./work-and-wait.tsx";

const marks = { waiting: "…", running: "▶", done: "✓", dead: "✗" } as const;

export function OrderLine({
  order,
  index,
  longestMs,
}: {
  order: OrderRow;
  index: number;
  longestMs: number;
}) {
  const { id, name, item, stages, worstBlocker, totalMs, workMs, waitMs, startedAtMs } = order;
  const isKnown = totalMs > 0;
  return (
    <tr aria-rowindex={index} class="order-line">
      <th scope="row">
        <a href={orderHash(id)}>{name}</a>
      </th>
      <td class="item" title={item}>
        {item ?? "–"}
      </td>
      <td>{clock(startedAtMs)}</td>
      <td>
        <ul class="stages">
          {Object.entries(stages).map(([stage, state]) => (
            <li key={stage} class={`stage-${state}`}>
              <span aria-hidden="true">{marks[state]}</span> {stageName(stage)}
              <span class="visually-hidden"> {state}</span>
            </li>
          ))}
        </ul>
      </td>
      <td class="number">{isKnown ? durationOfMs(totalMs) : "–"}</td>
      <td>{isKnown && <WorkAndWait workMs={workMs} waitMs={waitMs} longestMs={longestMs} />}</td>
      <td>
        {worstBlocker ? (
          <>
            <a href={orderHash(worstBlocker.order)}>{worstBlocker.orderName}</a>,{" "}
            {durationOfMs(worstBlocker.ms)}
          </>
        ) : (
          "–"
        )}
      </td>
    </tr>
  );
}
