import { connect, loadWindow } from "./connect.ts";
import { initialState } from "./state.ts";
import { createStore } from "./store.ts";

/** The state of the lab, one for the whole page. */
export const lab = createStore(initialState);

let live: ReturnType<typeof connect> | undefined;

export function followLab(): void {
  live ??= connect(lab);
}

export function retryConnection(): void {
  live?.retry();
}

export function reloadWindow(): Promise<void> {
  return loadWindow(lab);
}

/** Now by the server's clock. */
export function labNowMs(): number {
  return Date.now() + lab.get().clockAheadMs;
}
