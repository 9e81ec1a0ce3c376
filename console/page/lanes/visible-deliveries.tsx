import { useMemo, useState } from "preact/hooks";
import { stageName } from "../../../explain/verdicts/words.ts";
import { orderHash } from "../shell/route.ts";
import { clockWithMs, durationOfMs } from "../text/format.ts";
import type { View } from "../time/time-scale.ts";
import type { LaneGroup } from "./groups.ts";
import { barsWithin } from "./lane.ts";
import { type Selection, selectionOf } from "./selection.ts";

const most = 100;

/** The same as the drawing, for those who do not see it. */
export function VisibleDeliveries({
  groups,
  view,
  selection,
  select,
}: {
  groups: readonly LaneGroup[];
  view: View;
  selection: Selection | undefined;
  select: (selection: Selection) => void;
}) {
  const [isOpen, setIsOpen] = useState(false);
  const visible = useMemo(() => (isOpen ? deliveriesIn(groups, view) : []), [isOpen, groups, view]);
  return (
    <details class="visible-deliveries" onToggle={({ currentTarget }) => setIsOpen(currentTarget.open)}>
      <summary>Deliveries in view as a table</summary>
      {isOpen && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
        <section class="table-scroll" aria-label="Deliveries in view" tabIndex={0}>
          <table>
            <caption>
              {visible.length > most
                ? `The ${most} that waited longest of ${visible.length} in view`
                : `${visible.length} in view, the longest wait first`}
            </caption>
            <thead>
              <tr>
                <th scope="col">Order</th>
                <th scope="col">Stage</th>
                <th scope="col">Partition</th>
                <th scope="col">Started</th>
                <th scope="col">Waited</th>
                <th scope="col">Mostly for</th>
                <th scope="col">Ran</th>
                <th scope="col">Work</th>
              </tr>
            </thead>
            <tbody>
              {visible.slice(0, most).map((bar) => (
                <tr key={bar.id} aria-current={bar.order === selection?.order ? "true" : undefined}>
                  <th scope="row">
                    <button type="button" class="order-name" onClick={() => select(selectionOf(bar))}>
                      {bar.orderName}
                    </button>{" "}
                    <a href={orderHash(bar.order)}>open</a>
                  </th>
                  <td>{stageName(bar.stage)}</td>
                  <td>{bar.partition ?? "–"}</td>
                  <td>{clockWithMs(bar.startedAtMs)}</td>
                  <td>{bar.waitMs === undefined ? "not known" : durationOfMs(bar.waitMs)}</td>
                  <td>{bar.cause ?? "–"}</td>
                  <td>{durationOfMs(bar.endedAtMs - bar.startedAtMs)}</td>
                  <td>{[bar.operation, bar.intensity].filter(Boolean).join(", ") || "–"}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
    </details>
  );
}

function deliveriesIn(groups: readonly LaneGroup[], view: View) {
  return groups
    .flatMap(({ lanes }) => lanes)
    .flatMap((lane) => lane.bars.slice(...barsWithin(lane, view)))
    .filter((bar) => bar.endedAtMs >= view.fromMs)
    .map((bar) => ({
      ...bar,
      waitMs: bar.availableAtMs === undefined ? undefined : Math.max(0, bar.startedAtMs - bar.availableAtMs),
    }))
    .sort((a, b) => (b.waitMs ?? -1) - (a.waitMs ?? -1));
}
