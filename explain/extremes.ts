/** Smallest value; Infinity without values. Unlike Math.min, it accepts any number of them. */
export function minOf(values: readonly number[]): number {
  return values.reduce((min, value) => Math.min(min, value), Number.POSITIVE_INFINITY);
}

/** Largest value; -Infinity without values. */
export function maxOf(values: readonly number[]): number {
  return values.reduce((max, value) => Math.max(max, value), Number.NEGATIVE_INFINITY);
}
