import type { LiveEvent } from "../../api.ts";
import { readWindow, renewToken } from "./api.ts";
import { messageOf } from "./problem.ts";
import { keptMs, withConnection, withEvent, withWindow } from "./reduce.ts";
import type { LiveState } from "./state.ts";
import type { Store } from "./store.ts";

const retryMs = 2000;
const eventNames = [
  "server",
  "pipeline",
  "running",
  "deliveries",
  "burst",
] as const satisfies readonly LiveEvent["event"][];

export type Live = {
  /** Reconnects at once. */
  retry(): void;
};

/**
 * Follows the lab: one stream of events, and a window whenever the stream begins. Without a stream it reconnects every two
 * seconds.
 */
export function connect(store: Store<LiveState>): Live {
  let source: EventSource | undefined;
  let timer: number | undefined;
  let wasLost = false;

  const lose = () => {
    source?.close();
    source = undefined;
    wasLost = true;
    store.update((state) => withConnection(state, "lost", Date.now()));
    clearTimeout(timer);
    timer = window.setTimeout(open, retryMs);
  };

  function open(): void {
    clearTimeout(timer);
    source?.close();
    const opened = new EventSource("/api/live");
    source = opened;
    opened.addEventListener("error", () => {
      if (opened === source) lose();
    });
    opened.addEventListener("open", () => {
      if (wasLost) void renewToken();
      wasLost = false;
      store.update((state) => withConnection(state, "live", Date.now()));
      loadWindow(store);
    });
    for (const name of eventNames) {
      opened.addEventListener(name, ({ data }: MessageEvent<string>) => {
        const event = { event: name, data: JSON.parse(data) } as LiveEvent;
        store.update((state) => withEvent(state, event, Date.now()));
      });
    }
  }

  open();
  return { retry: open };
}

let retryTimer: number | undefined;

/** Reads everything that the server keeps; retries every two seconds while that fails. */
export async function loadWindow(store: Store<LiveState>): Promise<void> {
  clearTimeout(retryTimer);
  try {
    const nowMs = Date.now() + store.get().clockAheadMs;
    const answer = await readWindow(nowMs - keptMs, nowMs + 60_000);
    store.update((state) => withWindow(state, answer));
  } catch (error) {
    store.update((state) => ({ ...state, windowError: messageOf(error) }));
    clearTimeout(retryTimer);
    // A new connection reads it anyway.
    if (store.get().connection === "live") retryTimer = window.setTimeout(() => loadWindow(store), retryMs);
  }
}
