import { useEffect, useState } from "preact/hooks";

/** A value that components can follow. */
export type Store<T> = {
  get(): T;
  set(next: T): void;
  update(change: (value: T) => T): void;
  /** Calls `listen` after each change; returns what ends that. */
  subscribe(listen: () => void): () => void;
};

export function createStore<T>(initial: T): Store<T> {
  let value = initial;
  const listeners = new Set<() => void>();
  const set = (next: T) => {
    if (Object.is(next, value)) return;
    value = next;
    for (const listen of listeners) listen();
  };
  return {
    get: () => value,
    set,
    update: (change) => set(change(value)),
    subscribe(listen) {
      listeners.add(listen);
      return () => listeners.delete(listen);
    },
  };
}

/** Draws the component anew when the chosen part of the value has changed. */
export function useStore<T, Part = T>(
  store: Store<T>,
  choose: (value: T) => Part = (value) => value as never,
): Part {
  const [, redraw] = useState({});
  const part = choose(store.get());
  useEffect(() => {
    let last = choose(store.get());
    // It may have changed between drawing and subscribing.
    if (!Object.is(last, part)) redraw({});
    return store.subscribe(() => {
      const next = choose(store.get());
      if (Object.is(next, last)) return;
      last = next;
      redraw({});
    });
  }, [store]);
  return part;
}
