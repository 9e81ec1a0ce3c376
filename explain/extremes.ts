/** Smallest value; Infinity for none. Unlike Math.min, it takes any number of values. */
export function minOf(values: readonly number[]): number {
  return values.reduce((min, value) => Math.min(min, value), Number.POSITIVE_INFINITY);
}

/** Largest value; -Infinity for none. */
export function maxOf(values: readonly number[]): number {
  return values.reduce((max, value) => Math.max(max, value), Number.NEGATIVE_INFINITY);
}
