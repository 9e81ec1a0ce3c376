import { counted } from "../../../explain/verdicts/words.ts";
import { rulerHeight } from "./draw/scene.ts";
import type { LaneGroup } from "./groups.ts";
import type { PlacedGroup, PlacedLane } from "./layout.ts";

/** Names of groups and lanes beside the drawing. */
export function Gutter({
  groups,
  waitingNow,
}: {
  groups: readonly PlacedGroup[];
  waitingNow: ReadonlyMap<string, { readonly lag: number }>;
}) {
  return (
    <div class="gutter">
      {groups.map(({ group, top, lanes }) => (
        <div key={`${group.topic} ${group.stage}`}>
          <p class="group-name" style={{ top: `${top + rulerHeight}px` }}>
            <strong>{group.topic}</strong> → {group.stage} <span class="small">{consumersOf(group)}</span>
          </p>
          {lanes.map((placed) => (
            <LaneName key={placed.lane.key} placed={placed} lag={waitingNow.get(placed.lane.key)?.lag ?? 0} />
          ))}
        </div>
      ))}
    </div>
  );
}

function LaneName({ placed: { lane, top, bottom }, lag }: { placed: PlacedLane; lag: number }) {
  return (
    <p class="lane-name" style={{ top: `${top + rulerHeight}px`, height: `${bottom - top}px` }}>
      {lane.partition === undefined ? "partition unknown" : `partition ${lane.partition}`}
      {lag > 0 && <span class="lag">{lag} behind</span>}
      <br />
      <span class="small">{lane.consumer ?? "no message yet"}</span>
    </p>
  );
}

/** One consumer with several partitions is why they hold up one another. */
function consumersOf({ lanes }: LaneGroup): string {
  const consumers = new Set(lanes.flatMap(({ consumer }) => consumer ?? []));
  if (consumers.size === 0) return "";
  return `${counted(consumers.size, "consumer")} for ${counted(lanes.length, "partition")}`;
}
