import { useEffect, useState } from "preact/hooks";
import type { Store } from "../live/store.ts";

const settleMs = 200;

/** A value that changes with every frame, told when it has been still for a moment, or once a second. */
export function useSettled<T>(store: Store<T>): T {
  const [value, setValue] = useState(store.get());
  useEffect(() => {
    let timer: number | undefined;
    let toldAtMs = 0;
    const tell = () => {
      clearTimeout(timer);
      toldAtMs = Date.now();
      setValue(store.get());
    };
    const unsubscribe = store.subscribe(() => {
      clearTimeout(timer);
      timer = window.setTimeout(tell, Date.now() - toldAtMs > 1000 ? 0 : settleMs);
    });
    tell();
    return () => {
      unsubscribe();
      clearTimeout(timer);
    };
  }, [store]);
  return value;
}
