/** `share` of the time shown; `factor` above 1 shows more time. */
export type TimeKey =
  | { readonly do: "pan"; readonly share: number }
  | { readonly do: "zoom"; readonly factor: number }
  | { readonly do: "fit" };

export type Keys = Pick<KeyboardEvent, "key" | "shiftKey" | "ctrlKey" | "metaKey" | "altKey">;

/** What a key does to a time axis; undefined for other keys. */
export function timeKey({ key, ctrlKey, metaKey, altKey, shiftKey }: Keys): TimeKey | undefined {
  if (ctrlKey || metaKey || altKey) return undefined;
  switch (key) {
    case "ArrowLeft":
      return shiftKey ? { do: "pan", share: -0.15 } : undefined;
    case "ArrowRight":
      return shiftKey ? { do: "pan", share: 0.15 } : undefined;
    case "+":
    case "=":
      return { do: "zoom", factor: 1 / 1.5 };
    case "-":
    case "_":
      return { do: "zoom", factor: 1.5 };
    case "0":
      return { do: "fit" };
    default:
      return undefined;
  }
}
