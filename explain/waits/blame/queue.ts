/** Told of messages that come and go while time goes on. */
export type OnChange = {
  come(atNs: number, messages: number): void;
  go(atNs: number, messages: number): void;
};

/** How many messages have come to wait, and how many have gone, as time goes on. */
export function createQueue(waits: readonly { readonly fromNs: number; readonly toNs: number }[]) {
  const come = Float64Array.from(waits, ({ fromNs }) => fromNs).sort();
  const go = Float64Array.from(waits, ({ toNs }) => toNs).sort();
  let came = 0;
  let gone = 0;
  let atNs = Number.NEGATIVE_INFINITY;
  return {
    came: () => came,
    gone: () => gone,
    waiting: () => came - gone,

    /** Goes on to `toNs`; the waiting time of all together until then. */
    advance(toNs: number, onChange?: OnChange): number {
      let ns = 0;
      for (;;) {
        const comes = come[came] ?? Number.POSITIVE_INFINITY;
        const goes = go[gone] ?? Number.POSITIVE_INFINITY;
        const next = Math.min(comes, goes, toNs);
        if (came > gone) ns += (came - gone) * (next - atNs);
        atNs = next;
        if (goes <= next) {
          gone += 1;
          onChange?.go(next, 1);
        } else if (comes < toNs) {
          came += 1;
          onChange?.come(next, 1);
        } else {
          return ns;
        }
      }
    },
  };
}
