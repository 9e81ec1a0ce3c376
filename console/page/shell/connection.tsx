import { lab, retryConnection } from "../live/lab.ts";
import type { Connection } from "../live/state.ts";
import { useStore } from "../live/store.ts";
import { clock } from "../text/format.ts";

const labels: Readonly<Record<Connection, string>> = {
  connecting: "Connecting",
  live: "Live",
  lost: "Connection lost",
};

/** Whether the page is up to date; a screen reader announces it. */
export function ConnectionState() {
  const connection = useStore(lab, (state) => state.connection);
  return (
    <p class={`connection connection-${connection}`} role="status">
      <span class="dot" aria-hidden="true" />
      {labels[connection]}
    </p>
  );
}

export function LostConnection() {
  const lostAtMs = useStore(lab, (state) => state.lostAtMs);
  if (lostAtMs === undefined) return null;
  return (
    <section class="banner" aria-label="Connection lost">
      <p>
        <strong>The console has not answered since {clock(lostAtMs)}.</strong> This page shows the state of
        that time and tries to reconnect every two seconds. If it cannot, check the lab with{" "}
        <code>./holdup status</code>, or start it with <code>./holdup start</code>.
      </p>
      <button type="button" onClick={retryConnection}>
        Try now
      </button>
    </section>
  );
}

/** Components of the lab that do not answer. */
export function ComponentProblems() {
  const windowError = useStore(lab, (state) => state.windowError);
  const pipeline = useStore(lab, (state) => state.pipeline);
  const connection = useStore(lab, (state) => state.connection);
  if (connection === "lost") return null;
  const problems = [
    ...(windowError === undefined ? [] : [{ component: "Deliveries", message: windowError }]),
    ...(pipeline?.problems ?? []),
  ];
  if (problems.length === 0) return null;
  return (
    <section class="banner banner-warn" aria-label="Problems">
      <ul class="problems">
        {problems.map(({ component, message }) => (
          <li key={component}>
            <strong>{component}:</strong> {message}
          </li>
        ))}
      </ul>
    </section>
  );
}
