import { createStore } from "../live/store.ts";
import { fitted, panned, type View, zoomed } from "../time/time-scale.ts";

/** The time that the lanes show. */
export type Camera = {
  readonly view: View;
  /** Moves on with new deliveries. */
  readonly follows: boolean;
  /** While it follows: shows the whole latest activity instead of a fixed duration. */
  readonly fits: boolean;
};

/** The time range of the latest burst. */
export type Activity = { readonly fromMs: number; readonly toMs: number };

const minFittedMs = 2000;

export function startCamera(nowMs: number): Camera {
  return { view: { fromMs: nowMs - 60_000, toMs: nowMs }, follows: true, fits: true };
}

export function zoom(camera: Camera, factor: number, atMs: number): Camera {
  return { ...camera, view: zoomed(camera.view, factor, atMs), fits: false };
}

/** Stops following: someone who pans is looking at something. */
export function pan(camera: Camera, byMs: number): Camera {
  return { view: panned(camera.view, byMs), follows: false, fits: false };
}

export function show(view: View): Camera {
  return { view, follows: false, fits: false };
}

/** Shows the whole latest activity, and follows it. */
export function showAll(camera: Camera, activity: Activity | undefined): Camera {
  return followed({ ...camera, fits: true, follows: true }, activity);
}

/** The view that the lanes show, or will show once opened; undefined when there is nothing to show. */
export function nextView(camera: Camera, activity: Activity | undefined): View | undefined {
  if (camera.follows && !activity) return undefined;
  return followed(camera, activity).view;
}

/** The camera moved on to the latest activity, if it follows. */
export function followed(camera: Camera, activity: Activity | undefined): Camera {
  if (!camera.follows || !activity) return camera;
  const spanMs = camera.view.toMs - camera.view.fromMs;
  const view = camera.fits
    ? fitted(activity.fromMs, Math.max(activity.toMs, activity.fromMs + minFittedMs))
    : { fromMs: activity.toMs - spanMs * 0.95, toMs: activity.toMs + spanMs * 0.05 };
  const isSame = view.fromMs === camera.view.fromMs && view.toMs === camera.view.toMs;
  return isSame ? camera : { ...camera, view };
}

/** The camera of the lanes, kept while other views are open. */
export const lanesCamera = createStore<Camera>(startCamera(Date.now()));
