import { lab, retryConnection } from "../live/lab.ts";
import type { Connection } from "../live/state.ts";
import { useStore } from "../live/store.ts";
import { clock } from "../text/format.ts";

const words: Readonly<Record<Connection, string>> = {
  connecting: "Connecting",
  live: "Live",
  lost: "Connection lost",
};

/** Whether what is seen is what is; also for those who hear it. */
export function ConnectionState() {
  const connection = useStore(lab, (state) => state.connection);
  return (
    <p class={`connection connection-${connection}`} role="status">
      <span class="dot" aria-hidden="true" />
      {words[connection]}
    </p>
  );
}

export function LostConnection() {
  const lostAtMs = useStore(lab, (state) => state.lostAtMs);
  if (lostAtMs === undefined) return null;
  return (
    <section class="banner" aria-label="Connection lost">
      <p>
        <strong>The console has not answered since {clock(lostAtMs)}.</strong> What you see is from before. It
        is tried again every two seconds; if that does not help, look at <code>./holdup status</code> and
        start the lab with <code>./holdup start</code>.
      </p>
      <button type="button" onClick={retryConnection}>
        Try now
      </button>
    </section>
  );
}

/** What of the lab does not answer. */
export function Troubles() {
  const trouble = useStore(lab, (state) => state.trouble);
  const pipeline = useStore(lab, (state) => state.pipeline);
  const connection = useStore(lab, (state) => state.connection);
  if (connection === "lost") return null;
  const troubles = [
    ...(trouble === undefined ? [] : [{ what: "The deliveries could not be read.", help: trouble }]),
    ...(pipeline?.troubles ?? []),
  ];
  if (troubles.length === 0) return null;
  return (
    <section class="banner banner-warn" aria-label="Troubles">
      <ul class="troubles">
        {troubles.map(({ what, help }) => (
          <li key={what}>
            <strong>{what}</strong> {help}
          </li>
        ))}
      </ul>
    </section>
  );
}
