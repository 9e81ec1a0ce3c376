import type { OperationSpan } from "../../../shared/pipeline/stages.ts";
import type { OperationName } from "../../../shared/pipeline/workload-names.ts";

/** An operation that an order, or every order, is to run instead of the one drawn. */
export type Forced = {
  /** A number from 1, or `all`. */
  readonly order: string;
  readonly span: OperationSpan;
  readonly operation: OperationName;
};

/** As `./holdup burst --force` takes it. */
export function formatForced({ order, span, operation }: Forced): string {
  return `${order.trim().toLowerCase()}:${span}=${operation}`;
}

/** The workload of a single order; of two for the same span the last one. */
export function workloadOf(forced: readonly Forced[]): Record<string, string> {
  return Object.fromEntries(forced.map(({ span, operation }) => [span, operation]));
}

/** One severe order early in the burst: what head-of-line blocking looks like. */
export const oneSevere: Forced = { order: "2", span: "business_logic", operation: "extreme_cpu_computation" };

/** Nothing but that one order is long. */
export const oneSevereAmongMedium: readonly Forced[] = [
  { order: "all", span: "data_transformation", operation: "hash_computation" },
  { order: "all", span: "business_logic", operation: "hash_computation" },
  { order: "all", span: "data_analysis", operation: "hash_computation" },
  oneSevere,
];
