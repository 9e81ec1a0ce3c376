/**
 * When the messages of a partition arrived, from a few marks: the next offset at a given time.
 *
 *     marks   (t0, 10)        (t1, 25)   (t2, 25)     (t3, 40)
 *     offset  0 … 9 │ 10 … 24 │          │ 25 … 39    │ 40 …        offset 30 arrived between t2 and t3
 */
export type Arrivals = ReturnType<typeof createArrivals>;

/** Per partition; marks are at least a second apart. */
const maxMarks = 2_000;
/** An arrival is known well enough to within this, ms. */
const precisionMs = 1_000;

export function createArrivals() {
  let marks: { readonly atMs: number; readonly offset: number }[] = [];

  /** The last time when an offset had not arrived, and the first when it had. */
  function boundsOf(offset: number): { after: number | undefined; before: number | undefined } {
    const later = marks.findIndex((mark) => mark.offset > offset);
    const at = later < 0 ? marks.length : later;
    return { after: marks[at - 1]?.atMs, before: marks[later]?.atMs };
  }

  return {
    /** Records that the next offset was `offset` at `atMs`. */
    mark(atMs: number, offset: number): void {
      const at = marks.findIndex((mark) => mark.atMs >= atMs);
      if (at < 0) marks.push({ atMs, offset });
      else marks.splice(at, 0, { atMs, offset });
      // The first mark stays: it may be the only one before the oldest message.
      if (marks.length > maxMarks) marks = marks.filter((_, n) => n % 2 === 0);
    },
    /** Drops the marks that this and later offsets do not need. */
    forgetBefore(offset: number): void {
      const later = marks.findIndex((mark) => mark.offset > offset);
      const from = (later < 0 ? marks.length : later) - 1;
      if (from > 0) marks = marks.slice(from);
    },
    /** The earliest possible arrival of an offset; undefined while it is unknown. */
    earliest: (offset: number): number | undefined => boundsOf(offset).after,
    /** The time of the next mark that narrows an arrival down; undefined when it is known well enough. */
    nextProbe(offset: number, nowMs: number): number | undefined {
      const { after, before = nowMs } = boundsOf(offset);
      // Unknown so far: 10 s back, then twice as far each time.
      if (after === undefined) {
        const atMs = nowMs - Math.max(10_000, (nowMs - before) * 2);
        return atMs > 0 ? atMs : undefined;
      }
      return before - after <= precisionMs ? undefined : (after + before) / 2;
    },
  };
}
