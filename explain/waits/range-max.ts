import { createHeap } from "../heap.ts";

/** The largest values of any range of a list. */
export type RangeMax = {
  /** Indices of the values in [from, to), the largest value first; each in O(log n). */
  descending(from: number, to: number): Generator<number>;
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

  function partOf(from: number, to: number): Part {
    let at = -1;
    for (let low = from + width, high = to + width; low < high; low >>= 1, high >>= 1) {
      if (low & 1) at = larger(at, tree[low++] ?? -1);
      if (high & 1) at = larger(at, tree[--high] ?? -1);
    }
    return { from, to, at };
  }

  return {
    *descending(from, to) {
      const parts = createHeap<Part>((a, b) => (values[a.at] ?? 0) > (values[b.at] ?? 0));
      const push = (part: Part) => {
        if (part.at >= 0) parts.push(part);
      };
      push(partOf(from, to));
      for (let best = parts.pop(); best; best = parts.pop()) {
        yield best.at;
        push(partOf(best.from, best.at));
        push(partOf(best.at + 1, best.to));
      }
    },
  };
}
