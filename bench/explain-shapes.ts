/**
 * Checks that explain's time grows no faster than n log n for backlogs of any shape: one deep partition, a thousand partitions,
 * ten thousand keys, offsets that restart, messages that fail and are handled again after all others. Measures only cutting waits and charging costs, from 5,000 to 40,000 messages.
 */
import { createRandom } from "../explain/oracle/random.fixture.ts";
import { createLanes } from "../explain/waits/lanes.ts";
import type { Run } from "../explain/waits/run.ts";

const ms = 1e6;
const sizes = [5_000, 10_000, 20_000, 40_000];
const repetitions = 3;

type Shape = {
  readonly slots: number;
  readonly run: (n: number, slot: number, count: number) => Partial<Run>;
};

const shapes: Readonly<Record<string, Shape>> = {
  "one partition": { slots: 1, run: (n) => ({ lane: "p0", offset: n }) },
  "a thousand partitions": { slots: 1, run: (n) => ({ lane: `p${n % 1000}`, offset: n }) },
  "three partitions, two slots": { slots: 2, run: (n) => ({ lane: `p${n % 3}`, offset: n, concurrency: 2 }) },
  "a key for each message, 16 slots": {
    slots: 16,
    run: (n) => ({ lane: "p0", offset: n, key: `k${n}`, concurrency: 16 }),
  },
  "four keys, four slots": {
    slots: 4,
    run: (n, slot) => ({ lane: "p0", offset: n, key: `k${slot}`, concurrency: 4 }),
  },
  "an offset out of all proportion": { slots: 1, run: (n) => ({ lane: "p0", offset: n === 0 ? 1e12 : n }) },
  "the first message is handled again at the end": {
    slots: 1,
    run: (n, _slot, count) => ({ lane: "p0", offset: n % (count - 1) }),
  },
  "every message is handled again after all": {
    slots: 1,
    run: (n, _slot, count) => ({ lane: "p0", offset: n % (count / 2) }),
  },
  "partitions unknown, 16 slots": { slots: 16, run: () => ({ certain: false }) },
};

/** Messages that all arrived before the start, handled one after the other in each slot. */
function backlog({ slots, run }: Shape, count: number): Run[] {
  const random = createRandom(1);
  const freeNs = new Array<number>(slots).fill(0);
  return Array.from({ length: count }, (_, n) => {
    const slot = freeNs.indexOf(Math.min(...freeNs));
    const startNs = (freeNs[slot] ?? 0) + ms;
    const endNs = startNs + random.between(20 * ms, 120 * ms);
    freeNs[slot] = endNs;
    return { ...unknown, startNs, endNs, ...run(n, slot, count) };
  });
}

const unknown = {
  lane: undefined,
  consumer: "c",
  offset: undefined,
  key: undefined,
  availableNs: 0,
  assignedNs: undefined,
  fetchedNs: undefined,
  concurrency: undefined,
  certain: true,
} as const;

function secondsFor(runs: readonly Run[]): number {
  const startMs = performance.now();
  const lanes = createLanes(runs);
  for (const run of runs) lanes.wait(run, 0);
  lanes.costs(runs.map((run) => ({ run, fromNs: 0 })));
  return (performance.now() - startMs) / 1000;
}

const table = Object.entries(shapes).map(([shape, made]) => {
  const perStep = sizes.map((size) => {
    const runs = backlog(made, size);
    const seconds = Array.from({ length: repetitions }, () => secondsFor(runs)).sort((a, b) => a - b);
    return { seconds: seconds[0] ?? 0, steps: size * Math.log2(size) };
  });
  const [least, most] = [perStep[0], perStep.at(-1)];
  const each = (one: typeof least) => (one ? one.seconds / one.steps : 0);
  return {
    shape,
    ...Object.fromEntries(perStep.map(({ seconds }, n) => [`${sizes[n]} s`, Number(seconds.toFixed(2))])),
    "time / n log n": Number((each(most) / each(least)).toFixed(2)),
  };
});
console.table(table);
