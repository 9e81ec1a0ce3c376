import { useEffect, useState } from "preact/hooks";
import type { Store } from "../live/store.ts";

const settleMs = 200;

/** A value that may change with every frame, debounced: updated when it has settled, or once a second while it changes. */
export function useDebounced<T>(store: Store<T>): T {
  const [value, setValue] = useState(store.get());
  useEffect(() => {
    let timer: number | undefined;
    let updatedAtMs = 0;
    const update = () => {
      clearTimeout(timer);
      updatedAtMs = Date.now();
      setValue(store.get());
    };
    const unsubscribe = store.subscribe(() => {
      clearTimeout(timer);
      timer = window.setTimeout(update, Date.now() - updatedAtMs > 1000 ? 0 : settleMs);
    });
    update();
    return () => {
      unsubscribe();
      clearTimeout(timer);
    };
  }, [store]);
  return value;
}
