/** Samples further apart than this are not joined: nothing is known in between. */
const gapMs = 5000;

/** An SVG path through samples. */
export function linePath(
  atMs: readonly number[],
  values: readonly number[],
  x: (atMs: number) => number,
  y: (value: number) => number,
): string {
  let lastMs = Number.NEGATIVE_INFINITY;
  return atMs
    .map((at, n) => {
      const isJoined = at - lastMs <= gapMs;
      lastMs = at;
      return `${isJoined ? "L" : "M"}${x(at).toFixed(1)} ${y(values[n] ?? 0).toFixed(1)}`;
    })
    .join("");
}
