import { stageName } from "../../../explain/verdicts/words.ts";
import { lab } from "../live/lab.ts";
import { durationOfMs } from "../text/format.ts";
import type { Hit } from "./hit.ts";

/** What the pointer is over. The same stands in the table and, once selected, beside the drawing. */
export function Tooltip({
  hit: { bar, part },
  x,
  y,
  width,
}: {
  hit: Hit;
  x: number;
  y: number;
  width: number;
}) {
  const blocker = bar.blockedBy === undefined ? undefined : lab.get().bars.get(bar.blockedBy);
  const waitMs = bar.availableAtMs === undefined ? undefined : bar.startedAtMs - bar.availableAtMs;
  return (
    <div
      class={`tooltip ${x > width / 2 ? "tooltip-left" : ""}`}
      style={{ left: `${x}px`, top: `${y}px` }}
      aria-hidden="true"
    >
      <strong>{bar.orderName}</strong>
      {bar.item === undefined ? "" : ` · ${bar.item}`}
      <br />
      {part === "wait" ? "waits for " : ""}
      {stageName(bar.stage)}
      {bar.partition === undefined ? "" : `, partition ${bar.partition}`}
      {bar.offset === undefined ? "" : `, offset ${bar.offset}`}
      <br />
      {waitMs === undefined ? "wait not known" : `waited ${durationOfMs(Math.max(0, waitMs))}`}
      {blocker ? `, ${durationOfMs(bar.blockedMs)} of it behind ${blocker.orderName}` : ""}
      <br />
      ran {durationOfMs(bar.endedAtMs - bar.startedAtMs)}
      {bar.operation ? ` · ${bar.operation}` : ""}
      {bar.intensity ? `, ${bar.intensity}` : ""}
      {bar.failed ? " · failed" : ""}
      {bar.costMs > 1 ? (
        <>
          <br />
          held up others {durationOfMs(bar.costMs)}
        </>
      ) : null}
    </div>
  );
}
