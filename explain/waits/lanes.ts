import { type Consumer, createConsumer, firstEndingAfter, firstNot } from "./consumer.ts";
import { once } from "./once.ts";
import { byStart, hasOverlap } from "./overlap.ts";
import { createRangeMax } from "./range-max.ts";
import { type Cause, causes, type Run, type Segment } from "./run.ts";
import { type Piece, timelineOf, timelineOfConsumer } from "./timeline.ts";

export type LaneOptions = {
  /** The longest time that a poll and a fetch are taken to need; longer idle times are `unexplained`. Default 50 ms. */
  readonly transportNs?: number;
};

/** Time that one run cost a message, ns. */
export type Blocked<R extends Run> = { readonly run: R; readonly ns: number; readonly cause: Cause };

/** What a message waited for between `available` and `started`. */
export type Wait<R extends Run> = {
  readonly ns: number;
  /** Adds up to `ns`; causes without any time are left out. */
  readonly byCause: Readonly<Partial<Record<Cause, number>>>;
  /** Of `ns`, what is likely only. */
  readonly likelyNs: number;
  /** How many runs it waited behind. */
  readonly behind: number;
  /** Those that cost most, at most eight, the worst one first. */
  readonly blockers: readonly Blocked<R>[];
  /** The whole cut, in order and without gaps; as many as there were runs in the way. */
  segments(): Segment<R>[];
};

/** What a run cost the messages that waited while it was under way. */
export type Cost = {
  /** Waiting time of all of them together. */
  readonly ns: number;
  readonly messages: number;
};

const defaultTransportNs = 50_000_000;
const mostBlockers = 8;
/** Up to here, going through a wait piece by piece is cheaper than asking its timeline's index. */
const fewPieces = 64;

/** What is consumed in order: a partition, one key of it, or a single message; where that is unknown, what one consumer does. */
type Unit<R extends Run> = {
  readonly runs: readonly R[];
  readonly pieces: readonly Piece<R>[];
  /** Waits that see a later offset, or an earlier attempt of their own message. */
  readonly irregular: ReadonlySet<R>;
  readonly index: () => PieceIndex;
};

/** Answers which run held up which. `runs` may come in any order. */
export function createLanes<R extends Run>(runs: readonly R[], options: LaneOptions = {}) {
  const { transportNs = defaultTransportNs } = options;
  const consumers = new Map<string, Consumer<R>>();
  for (const [name, ofConsumer] of Map.groupBy(runs, ({ consumer }) => consumer)) {
    consumers.set(name, createConsumer(ofConsumer));
  }
  const assignments = runs.flatMap(({ assignedNs }) => assignedNs ?? []).sort((a, b) => a - b);
  const isAssignedBetween = (fromNs: number, toNs: number) =>
    (assignments[firstNot(assignments, (atNs) => atNs <= fromNs)] ?? toNs) < toNs;
  const consumerOf = (run: R) => consumers.get(run.consumer);
  const unitOf = new Map<R, Unit<R>>();
  const addUnit = (ofUnit: readonly R[], pieces: readonly Piece<R>[], irregular: ReadonlySet<R>) => {
    const unit = { runs: ofUnit, pieces, irregular, index: once(() => indexOf(pieces, transportNs)) };
    for (const run of ofUnit) unitOf.set(run, unit);
  };
  const [laned = [], loose = []] = [true, false].map((known) =>
    runs.filter(({ lane }) => (lane !== undefined) === known),
  );
  for (const { runs: ofUnit, inLane } of unitsOf(laned)) {
    const pieces = timelineOf(ofUnit, { consumerOf, isAssignedBetween, transportNs, inLane });
    addUnit(ofUnit, pieces, irregularOf(ofUnit));
  }
  for (const [name, ofConsumer] of Map.groupBy(loose, ({ consumer }) => consumer)) {
    const consumer = consumers.get(name);
    if (consumer) addUnit(ofConsumer, timelineOfConsumer(ofConsumer, consumer), new Set());
  }

  function* segmentsOf(run: R, fromNs: number): Generator<Segment<R>> {
    const unit = unitOf.get(run);
    const { pieces = [] } = unit ?? {};
    let atNs = fromNs;
    for (let n = firstEndingAfter(pieces, fromNs); n < pieces.length; n += 1) {
      const piece = pieces[n];
      if (!piece || piece.fromNs >= run.startNs) break;
      if (piece.fromNs > atNs) yield unexplained(atNs, piece.fromNs);
      const from = Math.max(atNs, piece.fromNs);
      atNs = Math.min(piece.toNs, run.startNs);
      yield judged(piece, from, atNs, run, unit?.irregular.has(run) ?? false, transportNs);
    }
    if (atNs < run.startNs) yield unexplained(atNs, run.startNs);
  }

  return {
    /** Runs that a consumer may have at a time. */
    slotsOf: (consumer: string) => consumers.get(consumer)?.slots ?? 1,

    /** Cuts the time before a run: from `fromNs`, when its message was available, to its start. */
    wait(run: R, fromNs: number): Wait<R> {
      const segments = () => [...segmentsOf(run, fromNs)];
      const unit = unitOf.get(run);
      if (!unit || fromNs >= run.startNs) return { ...summed([]), segments: () => [] };
      const from = firstEndingAfter(unit.pieces, fromNs);
      const to = firstEndingAfter(unit.pieces, run.startNs - 1);
      if (to - from <= fewPieces || unit.irregular.has(run)) return { ...summed(segments()), segments };
      const inner = { from: from + 1, to };
      const ends = [unit.pieces[from], unit.pieces[to]].flatMap((piece) => {
        if (!piece) return [];
        const start = Math.max(fromNs, piece.fromNs);
        const end = Math.min(piece.toNs, run.startNs);
        return start < end ? [judged(piece, start, end, run, false, transportNs)] : [];
      });
      const wait = indexed(unit, inner, ends);
      return { ...wait, likelyNs: run.certain ? wait.likelyNs : wait.ns, segments };
    },

    /** What each run cost the messages that waited; `waits` are all of them. Runs that cost nothing are left out. */
    costs(waits: readonly { readonly run: R; readonly fromNs: number }[]): Map<R, Cost> {
      const total = new Map<R, { ns: number; messages: number }>();
      for (const [unit, ofUnit] of Map.groupBy(waits, ({ run }) => unitOf.get(run))) {
        if (unit) addCosts(unit, ofUnit, segmentsOf, total);
      }
      return total;
    },
  };
}

function unitsOf<R extends Run>(runs: readonly R[]) {
  const units: { runs: R[]; inLane: "same-partition" | "same-key" }[] = [];
  for (const ofLane of Map.groupBy(runs, ({ lane }) => lane).values()) {
    const sorted = ofLane.toSorted(byStart);
    const alone = () => {
      for (const run of sorted) units.push({ runs: [run], inLane: "same-partition" });
    };
    if (!hasOverlap(sorted)) {
      units.push({ runs: sorted, inLane: "same-partition" });
    } else {
      const byKey = Map.groupBy(sorted, ({ key, offset }) => key ?? offset);
      if ([...byKey.values()].some(hasOverlap)) alone();
      else for (const ofKey of byKey.values()) units.push({ runs: ofKey, inLane: "same-key" });
    }
  }
  return units;
}

function irregularOf<R extends Run>(sorted: readonly R[]): Set<R> {
  let highest = Number.NEGATIVE_INFINITY;
  return new Set(
    sorted.filter(({ offset }) => {
      const later = offset !== undefined && offset <= highest;
      highest = Math.max(highest, offset ?? highest);
      return later;
    }),
  );
}

function unexplained(fromNs: number, toNs: number): Segment<never> {
  return { fromNs, toNs, cause: "unexplained", blockers: [], proven: false };
}

/** A piece of the lane's time as one message sees it. */
function judged<R extends Run>(
  piece: Piece<R>,
  fromNs: number,
  toNs: number,
  run: R,
  irregular: boolean,
  transportNs: number,
): Segment<R> {
  const proven = piece.proven && run.certain;
  if (piece.idle)
    return { fromNs, toNs, cause: idleCause(toNs - fromNs, piece, transportNs), blockers: [], proven };
  const { cause, blockers } = piece;
  const [blocker] = blockers;
  if (irregular && blocker && blocker.lane === run.lane && (blocker.offset ?? -1) >= (run.offset ?? -1)) {
    return blocker.offset === run.offset
      ? { fromNs, toNs, cause: "retry", blockers, proven }
      : unexplained(fromNs, toNs);
  }
  return { fromNs, toNs, cause, blockers, proven };
}

function idleCause(ns: number, { handedOver }: { handedOver: boolean }, transportNs: number): Cause {
  if (ns <= transportNs) return "transport";
  return handedOver ? "rebalance" : "unexplained";
}

type Sums = Omit<Wait<Run>, "segments">;

function summed<R extends Run>(segments: readonly Segment<R>[]) {
  const byCause: Partial<Record<Cause, number>> = {};
  const blocked = new Map<R, { run: R; ns: number; cause: Cause }>();
  let ns = 0;
  let likelyNs = 0;
  for (const segment of segments) {
    const { cause, blockers, proven } = segment;
    const length = segment.toNs - segment.fromNs;
    ns += length;
    if (!proven) likelyNs += length;
    byCause[cause] = (byCause[cause] ?? 0) + length;
    // A message is not behind itself.
    const others = cause === "retry" ? [] : blockers;
    for (const [run, share] of sharesOf(others, length)) {
      const entry = blocked.get(run) ?? { run, ns: 0, cause };
      entry.ns += share;
      blocked.set(run, entry);
    }
  }
  const blockers = [...blocked.values()].sort(byNs).slice(0, mostBlockers);
  return { ns, byCause, likelyNs, behind: blocked.size, blockers } satisfies Sums;
}

function byNs<R extends Run>(a: Blocked<R>, b: Blocked<R>): number {
  return b.ns - a.ns || byStart(a.run, b.run);
}

/** Splits time evenly over those that share the blame; whole nanoseconds, the rest to the first. */
function sharesOf<R extends Run>(blockers: readonly R[], ns: number): [R, number][] {
  const each = Math.floor(ns / blockers.length);
  return blockers.map((run, n) => [run, n === 0 ? ns - each * (blockers.length - 1) : each]);
}

/** Sums over a timeline's pieces from its start: entry n is for all pieces before n. */
type PieceIndex = {
  readonly byCause: ReadonlyMap<Cause, Float64Array>;
  readonly likely: Float64Array;
  /** Runs that begin to be in the way. */
  readonly begun: Float64Array;
  readonly longest: (from: number, to: number, count: number) => number[];
};

function indexOf<R extends Run>(pieces: readonly Piece<R>[], transportNs: number): PieceIndex {
  const byCause = new Map(causes.map((cause) => [cause, new Float64Array(pieces.length + 1)]));
  const likely = new Float64Array(pieces.length + 1);
  const begun = new Float64Array(pieces.length + 1);
  pieces.forEach((piece, n) => {
    const ns = piece.toNs - piece.fromNs;
    const cause = piece.idle ? idleCause(ns, piece, transportNs) : piece.cause;
    for (const [name, sums] of byCause) sums[n + 1] = (sums[n] ?? 0) + (name === cause ? ns : 0);
    likely[n + 1] = (likely[n] ?? 0) + (piece.proven ? 0 : ns);
    begun[n + 1] = (begun[n] ?? 0) + newIn(piece, pieces[n - 1]);
  });
  const lengths = pieces.map(({ fromNs, toNs, blockers }) => (blockers.length > 0 ? toNs - fromNs : 0));
  return { byCause, likely, begun, longest: createRangeMax(lengths) };
}

function newIn<R extends Run>({ blockers }: Piece<R>, before: Piece<R> | undefined): number {
  return blockers.filter((run) => !before?.blockers.includes(run)).length;
}

/** What `summed` would tell of the pieces in [from, to) and the clipped `ends` around them. */
function indexed<R extends Run>(
  { pieces, index }: Unit<R>,
  { from, to }: { from: number; to: number },
  ends: readonly Segment<R>[],
): Omit<Wait<R>, "segments"> {
  const { byCause, likely, begun, longest } = index();
  const between = (sums: Float64Array | undefined) => (sums?.[to] ?? 0) - (sums?.[from] ?? 0);
  const longestPieces = longest(from, to, 2 * mostBlockers).flatMap((n) => pieces[n] ?? []);
  const atEnds = summed([...ends, ...longestPieces]);
  const outside = summed(ends);
  const sums = causes.map(
    (cause) => [cause, between(byCause.get(cause)) + (outside.byCause[cause] ?? 0)] as const,
  );
  const [first, last] = [pieces[from - 1], pieces[to]];
  return {
    ns: sums.reduce((sum, [, ns]) => sum + ns, 0),
    byCause: Object.fromEntries(sums.filter(([, ns]) => ns > 0)),
    likelyNs: between(likely) + outside.likelyNs,
    behind:
      (first?.blockers.length ?? 0) +
      between(begun) +
      (last && ends.length > 1 ? newIn(last, pieces[to - 1]) : 0),
    blockers: atEnds.blockers,
  };
}

/** Adds to `total` what the runs of a unit's timeline cost the messages that waited in it. */
function addCosts<R extends Run>(
  unit: Unit<R>,
  waits: readonly { readonly run: R; readonly fromNs: number }[],
  segmentsOf: (run: R, fromNs: number) => Iterable<Segment<R>>,
  total: Map<R, { ns: number; messages: number }>,
): void {
  const add = (run: R, ns: number, messages: number) => {
    const entry = total.get(run) ?? { ns: 0, messages: 0 };
    entry.ns += ns;
    entry.messages += messages;
    total.set(run, entry);
  };
  const real = waits.filter(({ run, fromNs }) => fromNs < run.startNs);
  const [regular, irregular] = [false, true].map((kind) =>
    real.filter(({ run }) => unit.irregular.has(run) === kind),
  );
  for (const { run, fromNs } of irregular ?? []) {
    const others = [...segmentsOf(run, fromNs)].filter(({ cause }) => cause !== "retry");
    const charged = new Set<R>();
    for (const { blockers, fromNs: from, toNs } of others) {
      for (const [blocker, ns] of sharesOf(blockers, toNs - from)) {
        add(blocker, ns, charged.has(blocker) ? 0 : 1);
        charged.add(blocker);
      }
    }
  }
  const crowd = createCrowd(regular ?? []);
  const counted = new Map<R, number>();
  for (const { fromNs, toNs, blockers } of unit.pieces) {
    crowd.advance(fromNs);
    const gone = crowd.gone();
    const ns = crowd.advance(toNs);
    if (ns === 0) continue;
    for (const blocker of blockers) {
      // Messages go in the order in which they came, so those that have not been counted for this run are the latest ones.
      add(blocker, ns / blockers.length, crowd.came() - Math.max(gone, counted.get(blocker) ?? 0));
      counted.set(blocker, crowd.came());
    }
  }
}

/** How many messages have come to wait, and how many have gone, as time goes on. */
function createCrowd(waits: readonly { readonly run: Run; readonly fromNs: number }[]) {
  const come = waits.map(({ fromNs }) => fromNs).sort((a, b) => a - b);
  const go = waits.map(({ run }) => run.startNs).sort((a, b) => a - b);
  let came = 0;
  let gone = 0;
  let atNs = Number.NEGATIVE_INFINITY;
  return {
    came: () => came,
    gone: () => gone,
    /** Goes on to `toNs`; the waiting time of all together until then. */
    advance(toNs: number): number {
      let ns = 0;
      for (;;) {
        const comes = come[came] ?? Number.POSITIVE_INFINITY;
        const goes = go[gone] ?? Number.POSITIVE_INFINITY;
        const next = Math.min(comes, goes, toNs);
        if (came > gone) ns += (came - gone) * (next - atNs);
        atNs = next;
        if (goes <= next) gone += 1;
        else if (comes < toNs) came += 1;
        else break;
      }
      return ns;
    },
  };
}
