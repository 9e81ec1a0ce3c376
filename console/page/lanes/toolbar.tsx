import { type Store, useStore } from "../live/store.ts";
import { type Activity, type Camera, followed, pan, showAll, zoom } from "./camera.ts";

export function Toolbar({ camera, activity }: { camera: Store<Camera>; activity: Activity | undefined }) {
  const follows = useStore(camera, (now) => now.follows);
  const zoomBy = (factor: number) =>
    camera.update((now) => zoom(now, factor, (now.view.fromMs + now.view.toMs) / 2));
  const panBy = (share: number) =>
    camera.update((now) => pan(now, share * (now.view.toMs - now.view.fromMs)));
  return (
    <div class="toolbar" role="toolbar" aria-label="Time shown">
      <button type="button" aria-label="Earlier" title="Earlier (Shift ←)" onClick={() => panBy(-0.3)}>
        ◀
      </button>
      <button type="button" aria-label="Later" title="Later (Shift →)" onClick={() => panBy(0.3)}>
        ▶
      </button>
      <button type="button" aria-label="Zoom in" title="Zoom in (+)" onClick={() => zoomBy(1 / 1.5)}>
        +
      </button>
      <button type="button" aria-label="Zoom out" title="Zoom out (−)" onClick={() => zoomBy(1.5)}>
        −
      </button>
      <button
        type="button"
        title="Show the whole of the latest burst (0)"
        onClick={() => camera.update((now) => showAll(now, activity))}
      >
        Fit
      </button>
      <button
        type="button"
        aria-pressed={follows}
        title="Stay with what comes (F)"
        onClick={() => camera.update((now) => followed({ ...now, follows: !now.follows }, activity))}
      >
        Follow live
      </button>
    </div>
  );
}
