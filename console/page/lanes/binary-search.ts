/** Index of the first number that is at least `value`; the length without one. `sorted` ascends. */
export function lowerBound(sorted: Float64Array, value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? 0) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Index of the first number that is greater than `value`. */
export function upperBound(sorted: Float64Array, value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? 0) <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * The running maximum. For interval ends in order of their starts, a binary search in it finds the first interval that reaches
 * a time.
 */
export function highestSoFar(numbers: Float64Array): Float64Array {
  let highest = Number.NEGATIVE_INFINITY;
  return numbers.map((number) => {
    highest = Math.max(highest, number);
    return highest;
  });
}
