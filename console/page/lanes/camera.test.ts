import { describe, expect, it } from "vitest";
import { followed, nextView, pan, showAll, startCamera, zoom } from "./camera.ts";

const start = startCamera(100_000);

describe("the camera", () => {
  it("shows the whole latest activity until it is zoomed", () => {
    const all = followed(start, { fromMs: 0, toMs: 10_000 });
    expect(all.view).toEqual({ fromMs: -300, toMs: 10_300 });
    const zoomed = zoom(all, 0.5, 10_000);
    expect(followed(zoomed, { fromMs: 0, toMs: 20_000 }).view.toMs).toBeCloseTo(20_265, 6);
    expect(showAll(zoomed, { fromMs: 0, toMs: 10_000 }).view).toEqual(all.view);
  });

  it("does not move after it is panned", () => {
    const panned = pan(start, -500);
    expect(panned.follows).toBe(false);
    expect(followed(panned, { fromMs: 0, toMs: 10_000 })).toBe(panned);
  });

  it("returns what the lanes will show before they are opened", () => {
    expect(nextView(start, { fromMs: 0, toMs: 10_000 })).toEqual({ fromMs: -300, toMs: 10_300 });
    expect(nextView(start, undefined)).toBeUndefined();
    const panned = pan(start, -500);
    expect(nextView(panned, undefined)).toBe(panned.view);
  });

  it("stays without activity", () => {
    expect(followed(start, undefined)).toBe(start);
    const once = followed(start, { fromMs: 0, toMs: 10_000 });
    expect(followed(once, { fromMs: 0, toMs: 10_000 })).toBe(once);
  });
});
