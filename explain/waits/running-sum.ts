/** Entry n is the sum of the first n values. */
export function runningSum(length: number, valueAt: (n: number) => number): Float64Array {
  const sums = new Float64Array(length + 1);
  for (let n = 0; n < length; n += 1) sums[n + 1] = (sums[n] ?? 0) + valueAt(n);
  return sums;
}
