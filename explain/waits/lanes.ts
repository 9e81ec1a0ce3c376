import { type Consumer, createConsumer, firstEndingAfter, firstNot } from "./consumer.ts";
import { addCosts, type Cost } from "./costs.ts";
import { once } from "./once.ts";
import { indexed, indexOf, type PieceIndex } from "./piece-index.ts";
import type { Run, Segment } from "./run.ts";
import { type Piece, timelineOf, timelineOfConsumer } from "./timeline.ts";
import { irregularOf, unitsOf } from "./units.ts";
import { judged, summed, unexplained, type Wait } from "./wait.ts";

export type LaneOptions = {
  /** The longest time that a poll and a fetch are taken to need; longer idle times are `unexplained`. Default 50 ms. */
  readonly transportNs?: number;
};

const defaultTransportNs = 50_000_000;
/** Up to here, going through a wait piece by piece is cheaper than asking its timeline's index. */
const fewPieces = 64;

/** What is consumed in order: a partition, one key of it, or a single message; where that is unknown, what one consumer does. */
type Unit<R extends Run> = {
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
    const unit = { pieces, irregular, index: once(() => indexOf(pieces, transportNs)) };
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
      const wait = indexed(unit.pieces, unit.index(), inner, ends);
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
