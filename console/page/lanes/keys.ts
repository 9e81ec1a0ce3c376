import { type Keys, type TimeKey, timeKey } from "../time/time-keys.ts";
import type { Direction } from "./walk.ts";

export type KeyAction =
  | TimeKey
  | { readonly do: "walk"; readonly to: Direction }
  | { readonly do: "open" | "clear" | "follow" };

const arrows: Readonly<Record<string, Direction>> = {
  ArrowLeft: "previous",
  ArrowRight: "next",
  ArrowUp: "up",
  ArrowDown: "down",
};

/** What a key does in the lanes; undefined when it is not theirs. */
export function keyAction(event: Keys): KeyAction | undefined {
  if (event.ctrlKey || event.metaKey || event.altKey) return undefined;
  const arrow = arrows[event.key];
  if (arrow && !event.shiftKey) return { do: "walk", to: arrow };
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
