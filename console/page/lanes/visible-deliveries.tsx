import { useMemo, useState } from "preact/hooks";
import { stageName } from "../../../core/format.ts";
import { orderHash } from "../shell/route.ts";
import { runOf, waitMsOf, waitOf, workOf } from "../text/delivery-text.ts";
import { clockWithMs } from "../text/format.ts";
import type { View } from "../time/time-scale.ts";
import { BarButton } from "./bar-button.tsx";
import type { LaneGroup } from "./groups.ts";
import { barsWithin } from "./lane.ts";
import type { Selecting } from "./selection.ts";

const maxRows = 100;

/** The drawing as a table, for people who cannot see it. */
export function VisibleDeliveries({
  groups,
  view,
  selection,
  select,
}: Selecting & {
  groups: readonly LaneGroup[];
  view: View;
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
              {visible.length > maxRows
                ? `The ${maxRows} longest waits of ${visible.length} deliveries in view`
                : `${visible.length} deliveries in view, longest wait first`}
            </caption>
            <thead>
              <tr>
                <th scope="col">Order</th>
                <th scope="col">Stage</th>
                <th scope="col">Partition</th>
                <th scope="col">Started</th>
                <th scope="col">Waited</th>
                <th scope="col">Main cause</th>
                <th scope="col">Ran</th>
                <th scope="col">Work</th>
              </tr>
            </thead>
            <tbody>
              {visible.slice(0, maxRows).map((bar) => (
                <tr key={bar.id} aria-current={bar.order === selection?.order ? "true" : undefined}>
                  <th scope="row">
                    <BarButton bar={bar} select={select} /> <a href={orderHash(bar.order)}>open</a>
                  </th>
                  <td>{stageName(bar.stage)}</td>
                  <td>{bar.partition ?? "–"}</td>
                  <td>{clockWithMs(bar.startedAtMs)}</td>
                  <td>{waitOf(bar)}</td>
                  <td>{bar.cause ?? "–"}</td>
                  <td>{runOf(bar)}</td>
                  <td>{workOf(bar) || "–"}</td>
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
    .map((bar) => ({ bar, waitMs: waitMsOf(bar) ?? -1 }))
    .sort((a, b) => b.waitMs - a.waitMs)
    .map(({ bar }) => bar);
}
