/**
 * Assigns intervals to rows without overlaps: each takes the lowest row that is free at its start.
 *
 *     row 0  ──────────
 *     row 1    ──────────   ────
 *     row 2      ─────────────
 *
 * `starts` ascends. Returns the row of each and how many rows there are. O(n log n).
 */
export function stack(starts: Float64Array, ends: Float64Array): { rows: Uint16Array; count: number } {
  const rows = new Uint16Array(starts.length);
  const free = createHeap((a: number, b: number) => a - b);
  const busy = createHeap((a: { end: number }, b: { end: number }) => a.end - b.end) as Heap<{
    end: number;
    row: number;
  }>;
  let count = 0;
  for (let n = 0; n < starts.length; n += 1) {
    const start = starts[n] ?? 0;
    for (let first = busy.peek(); first && first.end <= start; first = busy.peek()) {
      busy.pop();
      free.push(first.row);
    }
    const row = free.pop() ?? count;
    if (row === count) count += 1;
    rows[n] = row;
    busy.push({ end: ends[n] ?? 0, row });
  }
  return { rows, count };
}

type Heap<T> = {
  peek(): T | undefined;
  pop(): T | undefined;
  push(item: T): void;
};

/** A binary heap: `peek` and `pop` return the smallest item. */
function createHeap<T>(compare: (a: T, b: T) => number): Heap<T> {
  const items: T[] = [];
  const isLess = (a: number, b: number) => {
    const [one, other] = [items[a], items[b]];
    return one !== undefined && other !== undefined && compare(one, other) < 0;
  };
  const swap = (a: number, b: number) => {
    const [one, other] = [items[a], items[b]];
    if (one === undefined || other === undefined) return;
    items[a] = other;
    items[b] = one;
  };
  return {
    peek: () => items[0],
    push(item) {
      items.push(item);
      for (let at = items.length - 1; at > 0; ) {
        const parent = (at - 1) >> 1;
        if (!isLess(at, parent)) return;
        swap(at, parent);
        at = parent;
      }
    },
    pop() {
      const first = items[0];
      const last = items.pop();
      if (items.length === 0 || last === undefined) return first;
      items[0] = last;
      for (let at = 0; ; ) {
        const left = 2 * at + 1;
        const least = [left, left + 1].reduce((best, child) => (isLess(child, best) ? child : best), at);
        if (least === at) return first;
        swap(at, least);
        at = least;
      }
    },
  };
}
