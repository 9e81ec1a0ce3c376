import type { Cause } from "../causes.ts";
import type { Run } from "./run.ts";

/** Why and for how long a message waited between `available` and `started`. */
export type Wait<R extends Run> = {
  readonly ns: number;
  /** Adds up to `ns`; causes without any time are left out. */
  readonly byCause: Readonly<Partial<Record<Cause, number>>>;
  /** The part of `ns` that is neither proven nor unexplained. */
  readonly likelyNs: number;
  /** How many runs it waited behind. */
  readonly behind: number;
  /** The runs that cost most, at most eight, the worst first. */
  readonly blockers: readonly Blocker<R>[];
  /** The whole wait, in order and without gaps. There are about as many segments as blocking runs. */
  segments(): Segment<R>[];
};

/** Time that one run cost a message, ns. */
export type Blocker<R extends Run> = { readonly run: R; readonly ns: number; readonly cause: Cause };

/** A part of a wait with one cause. */
export type Segment<R extends Run = Run> = {
  readonly fromNs: number;
  readonly toNs: number;
  readonly cause: Cause;
  /** The blocking runs, which share the blame evenly; empty when no run is to blame. */
  readonly blockers: readonly R[];
  /** Nothing about it was inferred; otherwise it is only likely. */
  readonly proven: boolean;
};

/** A message that waited from `fromNs` to the start of its run. */
export type Waiting<R extends Run> = { readonly run: R; readonly fromNs: number };
