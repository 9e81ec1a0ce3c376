/**
 * Yields what several generators yield, as it arrives, running at most `concurrency` of them at a time. `next` returns the
 * generator to start next, undefined while there is none; running ones can add more. When one throws or the reader stops,
 * `abandon` is called, which must end what the others wait for; then all are closed.
 */
export async function* merge<T>(
  next: () => AsyncGenerator<T> | undefined,
  concurrency: number,
  abandon: () => void,
): AsyncGenerator<T> {
  type Step = { readonly source: AsyncGenerator<T>; readonly result: IteratorResult<T> };
  const steps = new Map<AsyncGenerator<T>, Promise<Step>>();
  const step = (source: AsyncGenerator<T>) => {
    const pending = source.next().then((result) => ({ source, result }));
    // Only the first failure is awaited.
    pending.catch(() => undefined);
    steps.set(source, pending);
  };
  try {
    for (;;) {
      while (steps.size < concurrency) {
        const source = next();
        if (!source) break;
        step(source);
      }
      if (steps.size === 0) return;
      const { source, result } = await Promise.race(steps.values());
      if (result.done) {
        steps.delete(source);
        continue;
      }
      yield result.value;
      step(source);
    }
  } finally {
    if (steps.size > 0) abandon();
    await Promise.allSettled([...steps.keys()].map((source) => source.return(undefined)));
  }
}
