import { describe, expect, it } from "vitest";
import { keyAction } from "./keys.ts";

const press = (key: string, held: { shiftKey?: boolean; ctrlKey?: boolean } = {}) =>
  keyAction({ key, shiftKey: false, ctrlKey: false, metaKey: false, altKey: false, ...held });

describe("keys of the lanes", () => {
  it("walk with the arrows, and pan with Shift", () => {
    expect(press("ArrowRight")).toEqual({ do: "walk", to: "next" });
    expect(press("ArrowRight", { shiftKey: true })).toEqual({ do: "pan", share: 0.15 });
  });

  it("zoom with plus and minus, also where plus needs Shift", () => {
    expect(press("+", { shiftKey: true })).toMatchObject({ do: "zoom" });
    expect(press("-")).toEqual({ do: "zoom", factor: 1.5 });
  });

  it("leave the browser's own keys alone", () => {
    expect(press("+", { ctrlKey: true })).toBeUndefined();
    expect(press("Tab")).toBeUndefined();
  });
});
