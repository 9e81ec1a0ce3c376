import { type Store, useStore } from "../live/store.ts";
import { TimeButtons } from "../time/time-buttons.tsx";
import { type Activity, type Camera, followed, pan, showAll, zoom } from "./camera.ts";

export function Toolbar({ camera, activity }: { camera: Store<Camera>; activity: Activity | undefined }) {
  const follows = useStore(camera, (now) => now.follows);
  return (
    <div class="toolbar" role="toolbar" aria-label="Time shown">
      <TimeButtons
        panBy={(share) => camera.update((now) => pan(now, share * (now.view.toMs - now.view.fromMs)))}
        zoomBy={(factor) => camera.update((now) => zoom(now, factor, (now.view.fromMs + now.view.toMs) / 2))}
      />
      <button
        type="button"
        title="Show the whole latest burst (0)"
        onClick={() => camera.update((now) => showAll(now, activity))}
      >
        Fit
      </button>
      <button
        type="button"
        aria-pressed={follows}
        title="Move on with new deliveries (F)"
        onClick={() => camera.update((now) => followed({ ...now, follows: !now.follows }, activity))}
      >
        Follow live
      </button>
    </div>
  );
}
