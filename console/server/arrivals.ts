/**
 * When the messages of a partition came, from a few marks: at this moment the next offset was that.
 *
 *     marks   (t0, 10)        (t1, 25)   (t2, 25)     (t3, 40)
 *     offset  0 … 9 │ 10 … 24 │          │ 25 … 39    │ 40 …        offset 30 came between t2 and t3
 */
export type Arrivals = ReturnType<typeof createArrivals>;

/** Marks kept of a partition; between two of them lies at least a second. */
const mostMarks = 2_000;
/** A moment that is known better than this is known well enough. */
const exactMs = 1_000;

export function createArrivals() {
  let marks: { readonly atMs: number; readonly offset: number }[] = [];

  /** The latest moment by which an offset was not there yet, and the first by which it was. */
  function around(offset: number): { after: number | undefined; before: number | undefined } {
    const later = marks.findIndex((mark) => mark.offset > offset);
    const at = later < 0 ? marks.length : later;
    return { after: marks[at - 1]?.atMs, before: marks[later]?.atMs };
  }

  return {
    /** Notes that at a moment the next offset was `offset`. */
    mark(atMs: number, offset: number): void {
      const at = marks.findIndex((mark) => mark.atMs >= atMs);
      if (at < 0) marks.push({ atMs, offset });
      else marks.splice(at, 0, { atMs, offset });
      // The first one stays: it may be all that tells when the oldest message came.
      if (marks.length > mostMarks) marks = marks.filter((_, n) => n % 2 === 0);
    },
    /** Forgets what is of no use for this offset and later ones, but for the last mark before it. */
    forgetBefore(offset: number): void {
      const later = marks.findIndex((mark) => mark.offset > offset);
      const from = (later < 0 ? marks.length : later) - 1;
      if (from > 0) marks = marks.slice(from);
    },
    /** When an offset came at the earliest; undefined while that is not known. */
    since: (offset: number): number | undefined => around(offset).after,
    /** A moment that is worth asking about, to know better when an offset came; undefined when it is known well enough. */
    question(offset: number, nowMs: number): number | undefined {
      const { after, before = nowMs } = around(offset);
      // Not known at all: twice as far back as the last question, from ten seconds on.
      if (after === undefined) {
        const atMs = nowMs - Math.max(10_000, (nowMs - before) * 2);
        return atMs > 0 ? atMs : undefined;
      }
      return before - after <= exactMs ? undefined : (after + before) / 2;
    },
  };
}
