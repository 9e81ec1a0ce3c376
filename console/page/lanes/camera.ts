import { createStore } from "../live/store.ts";
import { fitted, panned, type View, zoomed } from "../time/time-scale.ts";

/** What part of time the lanes show. */
export type Camera = {
  readonly view: View;
  /** Stays with what comes. */
  readonly follows: boolean;
  /** While it follows: shows the whole of the latest activity, instead of so much time. */
  readonly fits: boolean;
};

/** The latest activity, and whether it still goes on. */
export type Activity = { readonly fromMs: number; readonly toMs: number };

const leastFittedMs = 2000;

export function startCamera(nowMs: number): Camera {
  return { view: { fromMs: nowMs - 60_000, toMs: nowMs }, follows: true, fits: true };
}

export function zoom(camera: Camera, factor: number, atMs: number): Camera {
  return { ...camera, view: zoomed(camera.view, factor, atMs), fits: false };
}

/** Whoever pans looks at something, and does not want to be carried away. */
export function pan(camera: Camera, byMs: number): Camera {
  return { view: panned(camera.view, byMs), follows: false, fits: false };
}

export function show(view: View): Camera {
  return { view, follows: false, fits: false };
}

/** All of the latest activity; goes on following it if it did. */
export function showAll(camera: Camera, activity: Activity | undefined): Camera {
  return followed({ ...camera, fits: true, follows: true }, activity);
}

/** What is shown, or is going to be by lanes that have not been opened yet; undefined when there is nothing to show. */
export function viewToCome(camera: Camera, activity: Activity | undefined): View | undefined {
  if (camera.follows && !activity) return undefined;
  return followed(camera, activity).view;
}

/** Where a camera that follows looks now. */
export function followed(camera: Camera, activity: Activity | undefined): Camera {
  if (!camera.follows || !activity) return camera;
  const spanMs = camera.view.toMs - camera.view.fromMs;
  const view = camera.fits
    ? fitted(activity.fromMs, Math.max(activity.toMs, activity.fromMs + leastFittedMs))
    : { fromMs: activity.toMs - spanMs * 0.95, toMs: activity.toMs + spanMs * 0.05 };
  const isSame = view.fromMs === camera.view.fromMs && view.toMs === camera.view.toMs;
  return isSame ? camera : { ...camera, view };
}

/** What the lanes show; kept while other views are looked at. */
export const lanesCamera = createStore<Camera>(startCamera(Date.now()));
