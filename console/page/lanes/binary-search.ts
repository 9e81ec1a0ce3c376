/** Index of the first number that is at least `value`; the length when there is none. `sorted` ascends. */
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

/** The highest number so far, at each place: finds by binary search the first interval that reaches a moment. */
export function highestSoFar(numbers: Float64Array): Float64Array {
  let highest = Number.NEGATIVE_INFINITY;
  return numbers.map((number) => {
    highest = Math.max(highest, number);
    return highest;
  });
}
