import { useEffect, useState } from "preact/hooks";

/** A value that components can subscribe to. */
export type Store<T> = {
  get(): T;
  set(next: T): void;
  update(change: (value: T) => T): void;
  /** Calls `listen` after each change; returns a function that unsubscribes. */
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

/** Redraws the component when the chosen value has changed. */
export function useStore<T, Chosen = T>(
  store: Store<T>,
  choose: (value: T) => Chosen = (value) => value as never,
): Chosen {
  const [, redraw] = useState({});
  const chosen = choose(store.get());
  useEffect(() => {
    let last = choose(store.get());
    // The value may have changed between drawing and subscribing.
    if (!Object.is(last, chosen)) redraw({});
    return store.subscribe(() => {
      const next = choose(store.get());
      if (Object.is(next, last)) return;
      last = next;
      redraw({});
    });
  }, [store]);
  return chosen;
}
