import { firstNot } from "./range-index.ts";

/** Elements in the smallest blocks, which are searched one by one. */
const leaf = 64;
const fanOut = 8;

/** For any range of a list, the sums of each column of values over the elements whose key is at least a limit. */
export type SumsAbove = (from: number, to: number, limit: number) => Float64Array;

/** The elements of a list in blocks of `size`, each sorted by key, the largest first. */
type Level = {
  readonly size: number;
  readonly keys: Float64Array;
  /** By column: the sum of the values of a block up to this element. */
  readonly sums: readonly Float64Array[];
};

/** Each sum takes O(log² n); all levels together hold less than n log n numbers. */
export function createSumsAbove(keys: Float64Array, columns: readonly Float64Array[]): SumsAbove {
  const levels: Level[] = [];
  for (let size = leaf; size <= keys.length; size *= fanOut) levels.push(levelOf(keys, columns, size));

  return (from, to, limit) => {
    const totals = new Float64Array(columns.length);
    for (let at = from; at < to; ) {
      const level = levels.findLast(({ size }) => at % size === 0 && at + size <= to);
      if (level) {
        addBlock(totals, level, at, limit);
        at += level.size;
      } else {
        if ((keys[at] ?? Number.NEGATIVE_INFINITY) >= limit) {
          for (const [n, values] of columns.entries()) totals[n] = (totals[n] ?? 0) + (values[at] ?? 0);
        }
        at += 1;
      }
    }
    return totals;
  };
}

function addBlock(totals: Float64Array, { size, keys, sums }: Level, at: number, limit: number): void {
  const above = firstNot(keys.subarray(at, at + size), (key) => key >= limit);
  if (above === 0) return;
  for (const [n, ofColumn] of sums.entries()) totals[n] = (totals[n] ?? 0) + (ofColumn[at + above - 1] ?? 0);
}

function levelOf(keys: Float64Array, columns: readonly Float64Array[], size: number): Level {
  const order = Uint32Array.from(keys, (_, n) => n);
  const blocks = Math.floor(keys.length / size);
  for (let block = 0; block < blocks; block += 1) {
    order.subarray(block * size, (block + 1) * size).sort((a, b) => (keys[b] ?? 0) - (keys[a] ?? 0));
  }
  return {
    size,
    keys: Float64Array.from(order, (n) => keys[n] ?? 0),
    sums: columns.map((values) => {
      let sum = 0;
      return Float64Array.from(order, (n, at) => {
        sum = (at % size === 0 ? 0 : sum) + (values[n] ?? 0);
        return sum;
      });
    }),
  };
}
