import type { OperationSpan } from "../../../shared/pipeline/stages.ts";
import type { OperationName } from "../../../shared/pipeline/workload-names.ts";

/** An operation that an order, or every order, runs instead of a random one. */
export type Forcing = {
  /** A number from 1, or `all`. */
  readonly order: string;
  readonly span: OperationSpan;
  readonly operation: OperationName;
};

/** In the syntax of `./holdup burst --force`. */
export function formatForcing({ order, span, operation }: Forcing): string {
  return `${order.trim().toLowerCase()}:${span}=${operation}`;
}

/** The workload of a single order; the last forcing of a span wins. */
export function workloadOf(forcings: readonly Forcing[]): Record<string, string> {
  return Object.fromEntries(forcings.map(({ span, operation }) => [span, operation]));
}

/** One severe order early in the burst: shows head-of-line blocking. */
export const oneSevere: Forcing = {
  order: "2",
  span: "business_logic",
  operation: "extreme_cpu_computation",
};

/** Every other operation is short. */
export const oneSevereAmongMedium: readonly Forcing[] = [
  { order: "all", span: "data_transformation", operation: "hash_computation" },
  { order: "all", span: "business_logic", operation: "hash_computation" },
  { order: "all", span: "data_analysis", operation: "hash_computation" },
  oneSevere,
];
