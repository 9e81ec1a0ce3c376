/**
 * What several generators yield, as it comes, from at most `concurrency` of them at a time. `next` gives the generator
 * to start, undefined when there is none for now; those that run may make more. All are closed when one throws or the
 * reader stops.
 */
export async function* merge<T>(
  next: () => AsyncGenerator<T> | undefined,
  concurrency: number,
): AsyncGenerator<T> {
  type Step = { readonly source: AsyncGenerator<T>; readonly result: IteratorResult<T> };
  const steps = new Map<AsyncGenerator<T>, Promise<Step>>();
  const step = (source: AsyncGenerator<T>) => {
    steps.set(
      source,
      source.next().then((result) => ({ source, result })),
    );
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
      steps.delete(source);
      if (result.done) continue;
      yield result.value;
      step(source);
    }
  } finally {
    const open = [...steps];
    await Promise.all(
      open.map(([source, pending]) => pending.catch(() => undefined).then(() => source.return(undefined))),
    );
  }
}
