import type { Cause } from "../causes.ts";
import type { Run, Segment } from "./run.ts";

/** Time that one run cost a message, ns. */
export type Blocked<R extends Run> = { readonly run: R; readonly ns: number; readonly cause: Cause };

/** What a message waited for between `available` and `started`. */
export type Wait<R extends Run> = {
  readonly ns: number;
  /** Adds up to `ns`; causes without any time are left out. */
  readonly byCause: Readonly<Partial<Record<Cause, number>>>;
  /** Of `ns`, what is likely only: neither proven nor unexplained. */
  readonly likelyNs: number;
  /** How many runs it waited behind. */
  readonly behind: number;
  /** Those that cost most, at most eight, the worst one first. */
  readonly blockers: readonly Blocked<R>[];
  /** The whole cut, in order and without gaps; as many as there were runs in the way. */
  segments(): Segment<R>[];
};
