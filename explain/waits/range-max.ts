/** The largest values of any range of a list. */
export type RangeMax = {
  /** Indices of the values in [from, to), the largest value first; each in O(log n) while there are few. */
  descending(from: number, to: number): Generator<number>;
  /** Indices of the values in [from, to) that are larger than `limit`, in any order; each in O(log n). */
  above(from: number, to: number, limit: number): number[];
};

type Part = { readonly from: number; readonly to: number; readonly at: number };

export function createRangeMax(values: { readonly length: number; readonly [n: number]: number }): RangeMax {
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

  /** Index of the largest value in [from, to); -1 of none. */
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
      // Few are asked for, so looking through all parts is cheaper than keeping them in order.
      const parts: Part[] = [];
      const push = (low: number, high: number) => {
        const at = largest(low, high);
        if (at >= 0) parts.push({ from: low, to: high, at });
      };
      push(from, to);
      while (parts.length > 0) {
        let best = 0;
        for (let n = 1; n < parts.length; n += 1) {
          if (larger(parts[n]?.at ?? -1, parts[best]?.at ?? -1) === parts[n]?.at) best = n;
        }
        const [part] = parts.splice(best, 1);
        if (!part) return;
        yield part.at;
        push(part.from, part.at);
        push(part.at + 1, part.to);
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
