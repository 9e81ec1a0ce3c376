import { durationOfMs } from "../../../core/words.ts";
import { stageName } from "../../../explain/findings/words.ts";
import type { OrderRow } from "../../api.ts";
import { orderHash } from "../shell/route.ts";
import { clock } from "../text/format.ts";
import { isUnfinished, totalMsOf } from "./filter.ts";
import { type ShownState, stagesInOrder } from "./stages-in-order.ts";
import { WorkAndWait } from "./work-and-wait.tsx";

export const marks: Readonly<Record<ShownState, string>> = {
  done: "✓",
  running: "▶",
  waiting: "…",
  dead: "✗",
  ahead: "○",
};
export const markMeanings: Readonly<Record<ShownState, string>> = {
  done: "done",
  running: "being handled",
  waiting: "waits there",
  dead: "given up: a dead letter",
  ahead: "not there yet",
};

export function OrderLine({
  order,
  index,
  longestMs,
  pipeline,
  nowMs,
}: {
  order: OrderRow;
  index: number;
  longestMs: number;
  /** Stages in their order. */
  pipeline: readonly string[];
  nowMs: number;
}) {
  const { id, name, item, stages, worstBlocker, totalMs, workMs, waitMs, startedAtMs } = order;
  const isRunning = isUnfinished(order);
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
          {stagesInOrder(stages, pipeline).map(({ stage, state }) => (
            <li key={stage} class={`stage-${state}`} title={markMeanings[state]}>
              <span aria-hidden="true">{marks[state]}</span> {stageName(stage)}
              <span class="visually-hidden">: {markMeanings[state]}</span>
            </li>
          ))}
        </ul>
      </td>
      <td>{isRunning ? soFar(totalMsOf(order, nowMs)) : isKnown ? durationOfMs(totalMs) : "–"}</td>
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

/** To a tenth of a second: it grows. */
function soFar(ms: number): string {
  return `${durationOfMs(Math.round(ms / 100) * 100)} so far`;
}
