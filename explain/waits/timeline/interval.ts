import type { Cause } from "../../causes.ts";
import type { SaturatedTimes } from "../consumers/saturated-times.ts";
import type { Run } from "../run.ts";
import type { Segment } from "../wait.ts";

/**
 * A part of a timeline with one reason why the next message does not start. The reason is the same for all messages that wait
 * then.
 */
export type Interval<R extends Run> = {
  readonly fromNs: number;
  readonly toNs: number;
  readonly reason: Reason<R>;
};

export type Reason<R extends Run> = Blocked<R> | Idle | Saturated<R>;

/** Runs, or a rebalance, blocked the lane. */
export type Blocked<R extends Run> = {
  readonly kind: "blocked";
  readonly cause: Cause;
  readonly blockers: readonly R[];
  readonly proven: boolean;
};

/** Nothing relevant ran. The cause depends on how long a message waited in it: `transport` is short. */
export type Idle = {
  readonly kind: "idle";
  /** The lane moved to another consumer during it, at a moment that no span shows. */
  readonly ownerChanged: boolean;
  readonly proven: boolean;
};

/**
 * The consumer was saturated repeatedly: at the start, at the end and in between. The single times are kept once per consumer,
 * because a thousand lanes of one consumer cannot each list them.
 */
type Saturated<R extends Run> = {
  readonly kind: "saturated";
  readonly times: SaturatedTimes<R>;
  /** Whether a saturated time is proven when all its active runs are certain. */
  readonly provable: boolean;
  /** The reason between the saturated times. */
  readonly otherwise: Idle | Blocked<R>;
};

export function blocked<R extends Run>(cause: Cause, blockers: readonly R[], proven: boolean): Blocked<R> {
  return { kind: "blocked", cause, blockers, proven };
}

export function idle(proven: boolean, ownerChanged: boolean): Idle {
  return { kind: "idle", ownerChanged, proven };
}

export function idleCause(reason: Idle, ns: number, transportNs: number): Cause {
  return ns <= transportNs ? "transport" : longIdleCause(reason);
}

/** Cause of an idle time that is too long for `transport`. */
export function longIdleCause({ ownerChanged }: Idle): Cause {
  return ownerChanged ? "rebalance" : "unexplained";
}

/** Unexplained time is never proven: nothing is claimed for it. */
export function isIdleProven({ proven }: Idle, cause: Cause): boolean {
  return proven && cause !== "unexplained";
}

/** Segments of the part [fromNs, toNs) of an interval, in order and without gaps. */
export function* segmentsOf<R extends Run>(
  { reason }: Interval<R>,
  fromNs: number,
  toNs: number,
  transportNs: number,
): Generator<Segment<R>> {
  if (reason.kind === "blocked") {
    const { cause, blockers, proven } = reason;
    yield { fromNs, toNs, cause, blockers, proven };
    return;
  }
  if (reason.kind === "idle") {
    const cause = idleCause(reason, toNs - fromNs, transportNs);
    yield { fromNs, toNs, cause, blockers: [], proven: isIdleProven(reason, cause) };
    return;
  }
  let atNs = fromNs;
  for (const time of reason.times.between(fromNs, toNs)) {
    if (time.fromNs > atNs) {
      yield* segmentsOf(
        { fromNs: atNs, toNs: time.fromNs, reason: reason.otherwise },
        atNs,
        time.fromNs,
        transportNs,
      );
    }
    const proven = reason.provable && time.active.every(({ certain }) => certain);
    yield { fromNs: time.fromNs, toNs: time.toNs, cause: reason.times.cause, blockers: time.active, proven };
    atNs = time.toNs;
  }
  if (atNs < toNs) {
    yield* segmentsOf({ fromNs: atNs, toNs, reason: reason.otherwise }, atNs, toNs, transportNs);
  }
}
