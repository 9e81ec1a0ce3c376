import type { Bar } from "../../api.ts";
import { type Keys, type TimeKey, timeKey } from "../time/time-keys.ts";
import type { View } from "../time/time-scale.ts";
import { lowerBound } from "./binary-search.ts";
import type { LaneGroup } from "./groups.ts";
import { indexOf, type Lane } from "./lane.ts";

export type KeyAction =
  | TimeKey
  | { readonly do: "move"; readonly to: Direction }
  | { readonly do: "open" | "clear" | "follow" };

const arrows: Readonly<Record<string, Direction>> = {
  ArrowLeft: "previous",
  ArrowRight: "next",
  ArrowUp: "up",
  ArrowDown: "down",
};

/** What a key does in the lanes; undefined for other keys. */
export function keyAction(event: Keys): KeyAction | undefined {
  if (event.ctrlKey || event.metaKey || event.altKey) return undefined;
  const arrow = arrows[event.key];
  if (arrow && !event.shiftKey) return { do: "move", to: arrow };
  switch (event.key) {
    case "Enter":
      return { do: "open" };
    case "Escape":
      return { do: "clear" };
    case "f":
      return { do: "follow" };
    default:
      return timeKey(event);
  }
}

export type Direction = "previous" | "next" | "up" | "down";

/**
 * The delivery that an arrow key selects. Left and right: the neighbour in the lane, or at its end the first of the next lane;
 * up and down: the one nearest in time in the next lane with deliveries. The first in view when `from` is undefined or no
 * longer there. Undefined at an edge.
 */
export function neighbourOf(
  groups: readonly LaneGroup[],
  from: Bar | undefined,
  direction: Direction,
  view: View,
): Bar | undefined {
  const lanes = groups.flatMap((group) => group.lanes).filter(({ bars }) => bars.length > 0);
  const at = from ? lanes.findIndex((lane) => indexOf(lane, from) >= 0) : -1;
  const lane = lanes[at];
  if (!lane || !from) return firstWithin(lanes, view);
  if (direction === "previous" || direction === "next") {
    const step = direction === "next" ? 1 : -1;
    const neighbour = lane.bars[indexOf(lane, from) + step];
    // From the end of a lane to the start of the next one, and back.
    return neighbour ?? lanes[at + step]?.bars.at(step === 1 ? 0 : -1);
  }
  const target = lanes[at + (direction === "down" ? 1 : -1)];
  return target && nearest(target, (from.startedAtMs + from.endedAtMs) / 2);
}

function firstWithin(lanes: readonly Lane[], view: View): Bar | undefined {
  const firsts = lanes.flatMap(({ bars, startMs }) => bars[lowerBound(startMs, view.fromMs)] ?? []);
  return firsts.sort((a, b) => a.startedAtMs - b.startedAtMs)[0] ?? lanes[0]?.bars[0];
}

function nearest({ bars, startMs }: Lane, atMs: number): Bar | undefined {
  const after = lowerBound(startMs, atMs);
  const distanceMs = (bar: Bar) => Math.max(0, bar.startedAtMs - atMs, atMs - bar.endedAtMs);
  return bars.slice(Math.max(0, after - 1), after + 1).sort((a, b) => distanceMs(a) - distanceMs(b))[0];
}
