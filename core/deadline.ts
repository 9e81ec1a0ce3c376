/**
 * The result of `work` if it settles within `ms`; otherwise throws the error that `tooLate` returns. The work itself continues,
 * and its later result is dropped. The timer does not keep the process alive; with `ref: true` it does, for waits that nothing
 * else would end.
 */
export async function withDeadline<T>(
  work: Promise<T>,
  ms: number,
  tooLate: () => unknown,
  { ref = false }: { readonly ref?: boolean } = {},
): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(tooLate()), ms);
  if (!ref) timer.unref();
  try {
    return await Promise.race([work, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}

/** Resolves when `work` has settled, or after `ms`. Its result is dropped, also a failure. `ref` as above. */
export async function settledWithin(
  work: Promise<unknown>,
  ms: number,
  options?: { readonly ref?: boolean },
): Promise<void> {
  await withDeadline(work, ms, () => undefined, options).catch(() => {});
}
