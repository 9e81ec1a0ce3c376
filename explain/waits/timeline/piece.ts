import type { Cause } from "../../causes.ts";
import type { FullTimes } from "../consumers/full-times.ts";
import type { Run, Segment } from "../run.ts";

/** A part of a unit's time with one reason why the next message does not start, for whatever waits in the unit. */
export type Piece<R extends Run> = {
  readonly fromNs: number;
  readonly toNs: number;
  readonly reason: Reason<R>;
};

export type Reason<R extends Run> = Blamed<R> | Idle | Crowded<R>;

/** Runs, or a rebalance, stood in the way. */
export type Blamed<R extends Run> = {
  readonly kind: "blamed";
  readonly cause: Cause;
  readonly blockers: readonly R[];
  readonly proven: boolean;
};

/** Nothing ran that counts: what it is called depends on how much of it a message waited through. */
export type Idle = {
  readonly kind: "idle";
  /** The lane went to another consumer in it, at a moment that no span tells. */
  readonly handedOver: boolean;
  readonly proven: boolean;
};

/** The consumer had no slot left, again and again: begins and ends with such a time. */
export type Crowded<R extends Run> = {
  readonly kind: "crowded";
  readonly full: FullTimes<R>;
  /** The full times are proven where all who ran are certain. */
  readonly provable: boolean;
  /** What the times are between the full ones. */
  readonly between: Idle | Blamed<R>;
};

/** Told of `ns` of a cause, of which `provenNs` are proven. */
export type AddSum = (cause: Cause, ns: number, provenNs: number) => void;

/** The sums by cause of [fromNs, toNs) of a piece. */
export function sumPiece<R extends Run>(
  { reason }: Piece<R>,
  fromNs: number,
  toNs: number,
  transportNs: number,
  add: AddSum,
): void {
  const ns = toNs - fromNs;
  if (reason.kind === "blamed") {
    add(reason.cause, ns, reason.proven ? ns : 0);
    return;
  }
  const addIdle = (idle: Idle, idleNs: number) => {
    const cause = idleCause(idle, idleNs, transportNs);
    add(cause, idleNs, isProven(idle, cause) ? idleNs : 0);
  };
  if (reason.kind === "idle") {
    addIdle(reason, ns);
    return;
  }
  const { full, between, provable } = reason;
  const times = full.within(fromNs, toNs);
  const { fullNs, certainNs, shortIdleNs, longIdleNs } = times
    ? full.sums(times.fromNs, times.toNs)
    : nothing;
  if (fullNs > 0) add(full.cause, fullNs, provable ? certainNs : 0);
  if (between.kind === "blamed") {
    add(between.cause, ns - fullNs, between.proven ? ns - fullNs : 0);
    return;
  }
  if (!times) {
    addIdle(between, ns);
    return;
  }
  if (times.fromNs > fromNs) addIdle(between, times.fromNs - fromNs);
  if (times.toNs < toNs) addIdle(between, toNs - times.toNs);
  add("transport", shortIdleNs, between.proven ? shortIdleNs : 0);
  add(longIdle(between), longIdleNs, isProven(between, longIdle(between)) ? longIdleNs : 0);
}

const nothing = { fullNs: 0, certainNs: 0, shortIdleNs: 0, longIdleNs: 0 };

/** [fromNs, toNs) of a piece, in order and without gaps. */
export function* segmentsOfPiece<R extends Run>(
  { reason }: Piece<R>,
  fromNs: number,
  toNs: number,
  transportNs: number,
): Generator<Segment<R>> {
  if (reason.kind === "blamed") {
    const { cause, blockers, proven } = reason;
    yield { fromNs, toNs, cause, blockers, proven };
    return;
  }
  if (reason.kind === "idle") {
    const cause = idleCause(reason, toNs - fromNs, transportNs);
    yield { fromNs, toNs, cause, blockers: [], proven: isProven(reason, cause) };
    return;
  }
  let atNs = fromNs;
  for (const time of reason.full.between(fromNs, toNs)) {
    if (time.fromNs > atNs) {
      yield* segmentsOfPiece(
        { fromNs: atNs, toNs: time.fromNs, reason: reason.between },
        atNs,
        time.fromNs,
        transportNs,
      );
    }
    const proven = reason.provable && time.active.every(({ certain }) => certain);
    yield { fromNs: time.fromNs, toNs: time.toNs, cause: reason.full.cause, blockers: time.active, proven };
    atNs = time.toNs;
  }
  if (atNs < toNs) {
    yield* segmentsOfPiece({ fromNs: atNs, toNs, reason: reason.between }, atNs, toNs, transportNs);
  }
}

function idleCause(idle: Idle, ns: number, transportNs: number): Cause {
  return ns <= transportNs ? "transport" : longIdle(idle);
}

/** That nothing is known proves nothing. */
function isProven({ proven }: Idle, cause: Cause): boolean {
  return proven && cause !== "unexplained";
}

function longIdle({ handedOver }: Idle): Cause {
  return handedOver ? "rebalance" : "unexplained";
}
