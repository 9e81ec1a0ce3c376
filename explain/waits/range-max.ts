/** Finds the largest values of a range of a list, each in O(log n). */
export function createRangeMax(values: readonly number[]) {
  let width = 1;
  while (width < values.length) width *= 2;
  // A tree in an array: node n has the children 2n and 2n + 1; each holds the index of the largest value below it.
  const tree = new Int32Array(2 * width).fill(-1);
  values.forEach((_, n) => {
    tree[width + n] = n;
  });
  const larger = (a: number, b: number) => {
    if (a < 0 || b < 0) return Math.max(a, b);
    return (values[a] ?? 0) >= (values[b] ?? 0) ? a : b;
  };
  for (let n = width - 1; n > 0; n -= 1) tree[n] = larger(tree[2 * n] ?? -1, tree[2 * n + 1] ?? -1);

  function indexOfMax(from: number, to: number): number {
    let best = -1;
    for (let low = from + width, high = to + width; low < high; low >>= 1, high >>= 1) {
      if (low & 1) best = larger(best, tree[low++] ?? -1);
      if (high & 1) best = larger(best, tree[--high] ?? -1);
    }
    return best;
  }

  /** Indices of the `count` largest values in [from, to), largest first. */
  return (from: number, to: number, count: number): number[] => {
    const found: number[] = [];
    const parts = [{ from, to, at: indexOfMax(from, to) }];
    while (found.length < count) {
      const best = parts.reduce((a, b) => (b.at >= 0 && larger(a.at, b.at) === b.at ? b : a), {
        from,
        to,
        at: -1,
      });
      if (best.at < 0) break;
      found.push(best.at);
      parts.splice(
        parts.indexOf(best),
        1,
        { from: best.from, to: best.at, at: indexOfMax(best.from, best.at) },
        { from: best.at + 1, to: best.to, at: indexOfMax(best.at + 1, best.to) },
      );
    }
    return found;
  };
}
