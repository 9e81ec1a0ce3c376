import { counted } from "../../../core/format.ts";
import { rulerHeight, type WaitingNow } from "./draw/scene.ts";
import type { LaneGroup } from "./groups.ts";
import type { PlacedGroup, PlacedLane } from "./layout.ts";

/** Names of groups and lanes, to the left of the drawing. */
export function Gutter({
  groups,
  waitingNow,
}: {
  groups: readonly PlacedGroup[];
  waitingNow: ReadonlyMap<string, WaitingNow>;
}) {
  return (
    <div class="gutter">
      {groups.map(({ group, top, lanes }) => (
        <div key={`${group.topic} ${group.stage}`}>
          <p class="group-name" style={{ top: `${top + rulerHeight}px` }}>
            <strong>{group.topic}</strong> → {group.stage} <span class="small">{consumersOf(group)}</span>
          </p>
          {lanes.map((placed) => (
            <LaneName
              key={placed.lane.key}
              placed={placed}
              waiting={waitingNow.get(placed.lane.key)?.count ?? 0}
            />
          ))}
        </div>
      ))}
    </div>
  );
}

function LaneName({ placed: { lane, top, bottom }, waiting }: { placed: PlacedLane; waiting: number }) {
  return (
    <p class="lane-name" style={{ top: `${top + rulerHeight}px`, height: `${bottom - top}px` }}>
      {lane.partition === undefined ? "partition unknown" : `partition ${lane.partition}`}
      {waiting > 0 && (
        <span class="lag" title="Messages that wait to be handled">
          {waiting} waiting
        </span>
      )}
      <br />
      <span class="small">{lane.consumer ?? "no message yet"}</span>
    </p>
  );
}

/** A consumer with several partitions makes them block one another. */
function consumersOf({ lanes }: LaneGroup): string {
  const consumers = new Set(lanes.flatMap(({ consumer }) => consumer ?? []));
  if (consumers.size === 0) return "";
  return `${counted(consumers.size, "consumer")} for ${counted(lanes.length, "partition")}`;
}
