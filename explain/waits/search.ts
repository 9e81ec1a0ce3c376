/** Index of the first element that does not pass, in a list that begins with all that do. */
export function firstNot<T>(
  list: { readonly length: number; readonly [n: number]: T },
  passes: (element: T) => boolean,
): number {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const element = list[middle];
    if (element !== undefined && passes(element)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Index of the first element that ends after `atNs`, in a list sorted by time without overlaps. */
export function firstEndingAfter(times: readonly { readonly toNs: number }[], atNs: number): number {
  return firstNot(times, ({ toNs }) => toNs <= atNs);
}

/** Index of the first element that starts at `atNs` or later, in a list sorted by start. */
export function firstStartingFrom(times: readonly { readonly fromNs: number }[], atNs: number): number {
  return firstNot(times, ({ fromNs }) => fromNs < atNs);
}
