// Queries on a range of a sorted list in O(log n), with indexes that are built once.

type List<T> = { readonly length: number; readonly [n: number]: T };

/** Index of the first element that fails `passes`, in a list where all that pass come first. */
export function firstNot<T>(list: List<T>, passes: (element: T) => boolean): number {
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

/** Builds an index when it is first used. */
export function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

/** Entry n is the sum of the first n values. */
export function runningSum(length: number, valueAt: (n: number) => number): Float64Array {
  const sums = new Float64Array(length + 1);
  for (let n = 0; n < length; n += 1) sums[n + 1] = (sums[n] ?? 0) + valueAt(n);
  return sums;
}

/** The largest values of any range of a list. */
export type RangeMax = {
  /** Indices of the values in [from, to), the largest value first; each in O(log n) while there are few. */
  descending(from: number, to: number): Generator<number>;
  /** Indices of the values in [from, to) that are larger than `limit`, in any order; each in O(log n). */
  above(from: number, to: number, limit: number): number[];
};

type Range = { readonly from: number; readonly to: number; readonly largestAt: number };

export function createRangeMax(values: List<number>): RangeMax {
  let width = 1;
  while (width < values.length) width *= 2;
  // A tree in an array: node n has the children 2n and 2n + 1; each holds the index of the largest value below it.
  const tree = new Int32Array(2 * width).fill(-1);
  for (let n = 0; n < values.length; n += 1) tree[width + n] = n;
  const larger = (a: number, b: number) => {
    if (a < 0 || b < 0) return Math.max(a, b);
    return (values[a] ?? 0) >= (values[b] ?? 0) ? a : b;
  };
  for (let n = width - 1; n > 0; n -= 1) tree[n] = larger(tree[2 * n] ?? -1, tree[2 * n + 1] ?? -1);

  /** Index of the largest value in [from, to); -1 for an empty range. */
  function largest(from: number, to: number): number {
    let at = -1;
    for (let low = from + width, high = to + width; low < high; low >>= 1, high >>= 1) {
      if (low & 1) at = larger(at, tree[low++] ?? -1);
      if (high & 1) at = larger(at, tree[--high] ?? -1);
    }
    return at;
  }

  return {
    *descending(from, to) {
      // Callers ask for few values, so scanning all ranges is cheaper than keeping them sorted.
      const ranges: Range[] = [];
      const push = (low: number, high: number) => {
        const at = largest(low, high);
        if (at >= 0) ranges.push({ from: low, to: high, largestAt: at });
      };
      push(from, to);
      while (ranges.length > 0) {
        let best = 0;
        for (let n = 1; n < ranges.length; n += 1) {
          const at = ranges[n]?.largestAt;
          if (larger(at ?? -1, ranges[best]?.largestAt ?? -1) === at) best = n;
        }
        const [range] = ranges.splice(best, 1);
        if (!range) return;
        yield range.largestAt;
        push(range.from, range.largestAt);
        push(range.largestAt + 1, range.to);
      }
    },

    above(from, to, limit) {
      const found: number[] = [];
      const open = [from, to];
      for (let high = open.pop(), low = open.pop(); low !== undefined && high !== undefined; ) {
        const at = largest(low, high);
        if (at >= 0 && (values[at] ?? limit) > limit) {
          found.push(at);
          open.push(low, at, at + 1, high);
        }
        high = open.pop();
        low = open.pop();
      }
      return found;
    },
  };
}
