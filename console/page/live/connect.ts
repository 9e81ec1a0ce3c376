import type { LiveEvent } from "../../api.ts";
import { askWindow, renewToken } from "./api.ts";
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
  /** Tries at once, instead of in a moment. */
  retry(): void;
};

/**
 * Follows the lab: one stream of events, and a window whenever the stream begins. While there is no stream it is tried
 * again every two seconds.
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

let again: number | undefined;

/** Asks for all that the server keeps; while it cannot tell, again every two seconds. */
export async function loadWindow(store: Store<LiveState>): Promise<void> {
  clearTimeout(again);
  try {
    const nowMs = Date.now() + store.get().clockAheadMs;
    const answer = await askWindow(nowMs - keptMs, nowMs + 60_000);
    store.update((state) => withWindow(state, answer));
  } catch (error) {
    store.update((state) => ({ ...state, trouble: messageOf(error) }));
    clearTimeout(again);
    // Without a connection, it is asked for as soon as there is one.
    if (store.get().connection === "live") again = window.setTimeout(() => loadWindow(store), retryMs);
  }
}
