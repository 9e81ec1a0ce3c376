import { durationOfMs } from "../../../core/format.ts";
import { lab } from "../live/lab.ts";
import { placeOf, runOf, waitOf, workOf } from "../text/delivery-text.ts";
import type { Hit } from "./hit.ts";

/** The delivery under the pointer. Screen readers find the same in the table of deliveries. */
export function Tooltip({
  hit: { bar, kind },
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
  const isWaitKnown = bar.availableAtMs !== undefined;
  const work = workOf(bar);
  return (
    <div
      class={`tooltip ${x > width / 2 ? "tooltip-left" : ""}`}
      style={{ left: `${x}px`, top: `${y}px` }}
      aria-hidden="true"
    >
      <strong>{bar.orderName}</strong>
      {bar.item === undefined ? "" : ` · ${bar.item}`}
      <br />
      {kind === "wait" ? "waits for " : ""}
      {placeOf(bar)}
      {bar.offset === undefined ? "" : `, offset ${bar.offset}`}
      <br />
      {isWaitKnown ? "waited" : "wait"} {waitOf(bar)}
      {blocker ? `, ${durationOfMs(bar.blockedMs)} of it behind ${blocker.orderName}` : ""}
      <br />
      ran {runOf(bar)}
      {work ? ` · ${work}` : ""}
      {bar.failed ? " · failed" : ""}
      {bar.costMs > 1 ? (
        <>
          <br />
          held up others for {durationOfMs(bar.costMs)}
        </>
      ) : null}
    </div>
  );
}
