/** A delivery that a service reports as being handled now; its span does not exist yet. */
export type RunningNow = {
  readonly group: string;
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly orderId: string | undefined;
  /** ms since the Unix epoch. */
  readonly startedAtMs: number;
  /** What it runs, and how intense that is. */
  readonly operation?: string | undefined;
  readonly intensity?: string | undefined;
};

/** What a group has recorded about the handling of an order. ms since the Unix epoch. */
export type Progress = { readonly startedAtMs: number | undefined; readonly endedAtMs: number | undefined };

/** Undefined for an order of which nothing is recorded. */
type ProgressOf = (orderId: string, group: string) => Progress | undefined;

/** What is known about the present besides spans. */
export type Present = {
  /** Deliveries that are being handled, by the services' own reports. */
  readonly running?: readonly RunningNow[] | undefined;
  /** What groups have recorded about the handling of orders. Where it is given, only orders that it knows can be open. */
  readonly progressOf?: ProgressOf | undefined;
  /** Who consumes what, besides what spans show. */
  readonly consumers?: readonly { readonly topic: string; readonly group: string }[] | undefined;
  /** ms since the Unix epoch; default: the end of the last span. */
  readonly nowMs?: number | undefined;
  /** Whether to report messages that no span handles yet. Default true. */
  readonly reportsOpen?: boolean | undefined;
};
