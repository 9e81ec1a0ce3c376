import { describe, expect, it } from "vitest";
import { followed, pan, showAll, startCamera, viewToCome, zoom } from "./camera.ts";

const start = startCamera(100_000);

describe("the camera", () => {
  it("shows the whole of the latest activity until somebody zooms", () => {
    const all = followed(start, { fromMs: 0, toMs: 10_000 });
    expect(all.view).toEqual({ fromMs: -300, toMs: 10_300 });
    const zoomed = zoom(all, 0.5, 10_000);
    expect(followed(zoomed, { fromMs: 0, toMs: 20_000 }).view.toMs).toBeCloseTo(20_265, 6);
    expect(showAll(zoomed, { fromMs: 0, toMs: 10_000 }).view).toEqual(all.view);
  });

  it("does not move after somebody panned", () => {
    const panned = pan(start, -500);
    expect(panned.follows).toBe(false);
    expect(followed(panned, { fromMs: 0, toMs: 10_000 })).toBe(panned);
  });

  it("tells before the lanes are opened what they are going to show", () => {
    expect(viewToCome(start, { fromMs: 0, toMs: 10_000 })).toEqual({ fromMs: -300, toMs: 10_300 });
    expect(viewToCome(start, undefined)).toBeUndefined();
    const panned = pan(start, -500);
    expect(viewToCome(panned, undefined)).toBe(panned.view);
  });

  it("stays when nothing has happened", () => {
    expect(followed(start, undefined)).toBe(start);
    const once = followed(start, { fromMs: 0, toMs: 10_000 });
    expect(followed(once, { fromMs: 0, toMs: 10_000 })).toBe(once);
  });
});
