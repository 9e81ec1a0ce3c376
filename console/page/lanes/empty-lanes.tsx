import { lab, reloadWindow } from "../live/lab.ts";
import { useStore } from "../live/store.ts";

/** Shown over the empty lanes: why they are empty, and what to do. */
export function EmptyLanes() {
  const isEmpty = useStore(lab, ({ bars, running }) => bars.size === 0 && running.length === 0);
  const hasWindow = useStore(lab, ({ window }) => window !== undefined);
  const windowError = useStore(lab, (state) => state.windowError);
  if (!isEmpty) return null;
  if (windowError !== undefined) {
    return (
      <div class="empty">
        <p>The deliveries could not be read. {windowError}</p>
        <button type="button" onClick={reloadWindow}>
          Read again
        </button>
      </div>
    );
  }
  if (!hasWindow) {
    return (
      <p class="empty" role="status">
        Reading the deliveries of the last 15 minutes…
      </p>
    );
  }
  return (
    <div class="empty">
      <p>No deliveries in the last 15 minutes.</p>
      <p>
        <a href="#/send">Send a burst</a> or run <code>./holdup demo</code>. Deliveries appear here as they
        happen.
      </p>
    </div>
  );
}
