import { durationOfMs, stageName } from "../../../core/format.ts";
import type { OrderRow } from "../../api.ts";
import { orderHash } from "../shell/route.ts";
import { clock } from "../text/format.ts";
import { isUnfinished, totalMsOf } from "./filter.ts";
import { type ShownState, stageStates } from "./stage-states.ts";

const marks: Readonly<Record<ShownState, string>> = {
  done: "✓",
  running: "▶",
  waiting: "…",
  dead: "✗",
  ahead: "○",
};
const markMeanings: Readonly<Record<ShownState, string>> = {
  done: "done",
  running: "being handled",
  waiting: "waiting",
  dead: "failed, dead letter",
  ahead: "not reached yet",
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
  /** Stages in pipeline order. */
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
          {stageStates(stages, pipeline).map(({ stage, state }) => (
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

/** Rounded to a tenth of a second, since it changes. */
function soFar(ms: number): string {
  return `${durationOfMs(Math.round(ms / 100) * 100)} so far`;
}

const states = Object.keys(marks) as ShownState[];

/** The meaning of the marks and colours. */
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

/** Work and waiting of an order as one bar, on the scale of the longest order. */
function WorkAndWait({ workMs, waitMs, longestMs }: { workMs: number; waitMs: number; longestMs: number }) {
  const share = (ms: number) => `${(100 * ms) / longestMs}%`;
  const text = `${durationOfMs(workMs)} of work, ${durationOfMs(waitMs)} of waiting`;
  return (
    <span class="work-and-wait" role="img" aria-label={text} title={text}>
      <span class="work" style={{ width: share(workMs) }} />
      <span class="waiting" style={{ width: share(waitMs) }} />
    </span>
  );
}
