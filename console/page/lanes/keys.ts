import type { Direction } from "./walk.ts";

export type KeyAction =
  | { readonly do: "walk"; readonly to: Direction }
  | { readonly do: "pan"; readonly share: number }
  | { readonly do: "zoom"; readonly factor: number }
  | { readonly do: "open" | "clear" | "fit" | "follow" };

const arrows: Readonly<Record<string, Direction>> = {
  ArrowLeft: "previous",
  ArrowRight: "next",
  ArrowUp: "up",
  ArrowDown: "down",
};

/** What a key does in the lanes; undefined when it is not theirs. */
export function keyAction(
  event: Pick<KeyboardEvent, "key" | "shiftKey" | "ctrlKey" | "metaKey" | "altKey">,
): KeyAction | undefined {
  if (event.ctrlKey || event.metaKey || event.altKey) return undefined;
  const arrow = arrows[event.key];
  if (arrow && !event.shiftKey) return { do: "walk", to: arrow };
  switch (event.key) {
    case "ArrowLeft":
      return { do: "pan", share: -0.15 };
    case "ArrowRight":
      return { do: "pan", share: 0.15 };
    case "+":
    case "=":
      return { do: "zoom", factor: 1 / 1.5 };
    case "-":
    case "_":
      return { do: "zoom", factor: 1.5 };
    case "Enter":
      return { do: "open" };
    case "Escape":
      return { do: "clear" };
    case "0":
      return { do: "fit" };
    case "f":
      return { do: "follow" };
    default:
      return undefined;
  }
}
