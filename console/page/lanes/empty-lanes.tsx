import { lab, reloadWindow } from "../live/lab.ts";
import { useStore } from "../live/store.ts";

/** Says over the empty drawing why it is empty, and what to do. */
export function LanesState() {
  const isEmpty = useStore(lab, ({ bars, running }) => bars.size === 0 && running.length === 0);
  const hasWindow = useStore(lab, ({ window }) => window !== undefined);
  const trouble = useStore(lab, (state) => state.trouble);
  if (!isEmpty) return null;
  if (trouble !== undefined) {
    return (
      <div class="empty">
        <p>The deliveries could not be read. {trouble}</p>
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
        <a href="#/send">Send a burst</a> from here, or run <code>./holdup demo</code>; it appears by itself.
      </p>
    </div>
  );
}
