/**
 * The result of `work` if it comes within `ms`; else throws what `tooLate` makes. The work itself goes on, and what it comes to
 * later is dropped. The timer keeps no process alive, unless that is all that would end a wait: then say `ref: true`.
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
