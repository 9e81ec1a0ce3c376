/** A priority queue: `pop` returns the first value in O(log n). `isBefore` is a strict order. */
export function createHeap<T>(isBefore: (a: T, b: T) => boolean) {
  const values: T[] = [];

  function swap(a: number, b: number): boolean {
    const [one, other] = [values[a], values[b]];
    if (one === undefined || other === undefined || !isBefore(other, one)) return false;
    values[a] = other;
    values[b] = one;
    return true;
  }

  return {
    size: () => values.length,
    peek: (): T | undefined => values[0],
    push(value: T): void {
      values.push(value);
      for (let at = values.length - 1; at > 0 && swap((at - 1) >> 1, at); at = (at - 1) >> 1);
    },
    pop(): T | undefined {
      const first = values[0];
      const last = values.pop();
      if (last === undefined || values.length === 0) return first;
      values[0] = last;
      for (let at = 0; ; ) {
        const [left, right] = [values[2 * at + 1], values[2 * at + 2]];
        if (left === undefined) return first;
        const child = right !== undefined && isBefore(right, left) ? 2 * at + 2 : 2 * at + 1;
        if (!swap(at, child)) return first;
        at = child;
      }
    },
  };
}
