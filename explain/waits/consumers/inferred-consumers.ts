import { firstNot } from "../range-index.ts";
import { byStart, earliestEndNs, jitterNs, type Run } from "../run.ts";

/** A shorter wait shows nothing about who was busy. */
const tellingNs = 50_000_000;
/** Some clocks count whole milliseconds. */
const clockStepNs = 1_000_000;
/** With more lanes than this, each counts as having a consumer of its own: all pairs would take too long. */
const maxLanes = 200;
/** Runs that end just as a message starts, at most so many of them, can have held it up. */
const maxCandidates = 8;

/** A group's runs whose spans do not say which consumer recorded them. */
type Lane<R extends Run> = { readonly name: string; readonly runs: readonly R[] };

/**
 * Distinguishes the consumers of a group by time, where spans do not: several replicas, or several consumers of one process, may
 * look like one. Runs of two partitions at the same time are of two consumers, for one consumer handles one message at a time. A
 * message that waits while another partition's run goes on, and starts when that ends, has the same consumer.
 *
 *     p0  ├──────── run ────────┤              p0 and p1: one consumer
 *     p1      waits ············├─ run ─┤
 *     p2    ├ run ┤    ├ run ┤                 p2: another one, at the same time as p0
 *
 * `runs` look like those of one consumer. Returns the runs of each consumer; a single list when nothing ran at the same time.
 */
export function inferConsumers<R extends Run>(runs: readonly R[], transportNs: number): (readonly R[])[] {
  const lanes = [...Map.groupBy(runs, ({ lane }) => lane)].flatMap(([name, ofLane]): Lane<R>[] =>
    name === undefined ? [] : [{ name, runs: ofLane.toSorted(byStart) }],
  );
  const pairs = pairsApart(lanes);
  const first = pairs.next();
  if (first.done) return [runs];
  const apart = new Set([first.value, ...(lanes.length <= maxLanes ? pairs : [])]);
  const groups = createGroups(lanes, apart);
  if (lanes.length <= maxLanes) {
    for (const { one, other } of togetherOf(lanes, transportNs)) groups.join(one, other);
  }
  const withoutLane = runs.filter(({ lane }) => lane === undefined);
  const found = groups.lists();
  return withoutLane.length > 0 ? [...found, withoutLane] : found;
}

function pairOf(a: number, b: number): string {
  return a < b ? `${a} ${b}` : `${b} ${a}`;
}

/** Pairs of lanes with runs at the same time, each as often as they have such runs. */
function* pairsApart<R extends Run>(lanes: readonly Lane<R>[]): Generator<string> {
  const all = lanes.flatMap(({ runs }, lane) => runs.map((run) => ({ run, lane })));
  all.sort((a, b) => byStart(a.run, b.run));
  let active: typeof all = [];
  for (const next of all) {
    active = active.filter(({ run }) => earliestEndNs(run) > next.run.startNs);
    for (const { run, lane } of active) {
      if (lane !== next.lane && !isOneBatch(run, next.run)) yield pairOf(lane, next.lane);
    }
    active.push(next);
  }
}

/** Whether two runs start and end together: a batch of several partitions, in which each message has a span. */
function isOneBatch(a: Run, b: Run): boolean {
  return Math.abs(a.startNs - b.startNs) <= clockStepNs && Math.abs(a.endNs - b.endNs) <= clockStepNs;
}

/** Pairs of lanes whose messages waited for each other's runs, those that waited longest first. */
function togetherOf<R extends Run>(lanes: readonly Lane<R>[], transportNs: number) {
  const byEnd = lanes.flatMap(({ runs }, lane) => runs.map((run) => ({ run, lane })));
  byEnd.sort((a, b) => a.run.endNs - b.run.endNs);
  const waited = new Map<string, { one: number; other: number; ns: number }>();
  lanes.forEach(({ runs }, lane) => {
    let previousEndNs = Number.NEGATIVE_INFINITY;
    for (const { availableNs, startNs, endNs } of runs) {
      const fromNs = Math.max(availableNs ?? startNs, previousEndNs);
      previousEndNs = Math.max(previousEndNs, endNs);
      if (startNs - fromNs < tellingNs) continue;
      const first = firstNot(byEnd, ({ run }) => run.endNs < startNs - transportNs);
      for (const { run, lane: other } of byEnd.slice(first, first + maxCandidates)) {
        if (run.endNs > startNs + jitterNs) break;
        const ns = run.endNs - Math.max(run.startNs, fromNs);
        if (other === lane || ns < (startNs - fromNs) / 2) continue;
        const pair = waited.get(pairOf(lane, other)) ?? { one: lane, other, ns: 0 };
        pair.ns += ns;
        waited.set(pairOf(lane, other), pair);
      }
    }
  });
  return [...waited.values()].sort((a, b) => b.ns - a.ns || a.one - b.one || a.other - b.other);
}

/** Lanes in disjoint groups; two groups are joined unless some pair of their lanes is apart. */
function createGroups<R extends Run>(lanes: readonly Lane<R>[], apart: ReadonlySet<string>) {
  const groupOf = lanes.map((_, lane) => [lane]);
  return {
    join(one: number, other: number): void {
      const [a = [], b = []] = [groupOf[one], groupOf[other]];
      if (a === b || a.some((lane) => b.some((with_) => apart.has(pairOf(lane, with_))))) return;
      a.push(...b);
      for (const lane of b) groupOf[lane] = a;
    },
    lists: () => [...new Set(groupOf)].map((group) => group.flatMap((lane) => lanes[lane]?.runs ?? [])),
  };
}
