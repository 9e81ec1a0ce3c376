import type { LaneGroup } from "./groups.ts";
import type { Lane } from "./lane.ts";

/** The position of a lane, in pixels from the top. */
export type PlacedLane = {
  readonly lane: Lane;
  readonly top: number;
  readonly barTop: number;
  readonly barHeight: number;
  /** Rows for overlapping bars; bars that need more rows share the last. */
  readonly barRows: number;
  readonly queueTop: number;
  readonly queueHeight: number;
  readonly bottom: number;
};

export type PlacedGroup = {
  readonly group: LaneGroup;
  readonly top: number;
  readonly lanes: readonly PlacedLane[];
  readonly bottom: number;
};

export const headHeight = 26;
const leastBarHeight = 24;
const mostBarHeight = 36;
const mostBarRows = 4;
const overlappingBarHeight = 14;
const padding = 5;
const leastQueue = 14;
const mostQueue = 160;
/** Height of a waiting line: the maximum, and the minimum to see it apart from the next. */
const queueRowHeight = 7;
export const minPitch = 2;

/**
 * Divides `height` among the lanes: first their bars, then the queues, in proportion to the square root of their depths, so that a
 * deep one does not take everything. If `height` is too small, the lanes become higher and scroll.
 */
export function placeLanes(groups: readonly LaneGroup[], height: number): PlacedGroup[] {
  const lanes = groups.flatMap((group) => group.lanes);
  const single = Math.max(
    leastBarHeight,
    Math.min(mostBarHeight, Math.floor(height / Math.max(1, lanes.length) / 2.4)),
  );
  const barsHeight = (lane: Lane) => {
    const rows = Math.min(lane.rows, mostBarRows);
    return rows > 1 ? Math.max(single, rows * overlappingBarHeight) : single;
  };
  const fixed =
    groups.length * headHeight +
    lanes.reduce((sum, lane) => sum + barsHeight(lane) + 2 * padding + leastQueue, 0);
  const weightOf = ({ queue }: Lane) => Math.sqrt(queue.rows);
  const weights = lanes.reduce((sum, lane) => sum + weightOf(lane), 0);
  const spare = Math.max(0, height - fixed);
  let y = 0;
  return groups.map((group) => {
    const top = y;
    y += headHeight;
    const placed = group.lanes.map((lane): PlacedLane => {
      const idealHeight = Math.max(leastQueue, Math.min(mostQueue, lane.queue.rows * queueRowHeight + 4));
      const share = weights > 0 ? (spare * weightOf(lane)) / weights : 0;
      const queueHeight = Math.floor(Math.min(idealHeight, leastQueue + share));
      const laneTop = y;
      const barTop = laneTop + padding;
      const queueTop = barTop + barsHeight(lane) + 3;
      y = queueTop + queueHeight + padding - 3;
      const barRows = Math.min(lane.rows, mostBarRows);
      return {
        lane,
        top: laneTop,
        barTop,
        barHeight: barsHeight(lane) / barRows,
        barRows,
        queueTop,
        queueHeight,
        bottom: y,
      };
    });
    return { group, top, lanes: placed, bottom: y };
  });
}

export function heightOf(groups: readonly PlacedGroup[]): number {
  return groups.at(-1)?.bottom ?? 0;
}

/** Pixels from one waiting line to the next; below `minPitch` the depth is drawn as an area. */
export function queuePitch(queueHeight: number, depth: number): number {
  return depth === 0 ? queueRowHeight : Math.min(queueRowHeight, queueHeight / depth);
}

/** Top of a bar within its lane. */
export function barTopOf({ barTop, barHeight, barRows }: PlacedLane, row: number): number {
  return barTop + Math.min(row, barRows - 1) * barHeight;
}
