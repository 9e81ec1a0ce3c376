import { HoldupError } from "../core/errors.ts";
import { type OperationSpan, operationSpans } from "../shared/pipeline/stages.ts";
import { type OperationName, operationNames } from "../shared/pipeline/workload-names.ts";

/** One `--force`: the operation that an order, or every order, runs in a span instead of the drawn one. */
export type Forcing = {
  readonly order: number | "all";
  readonly span: OperationSpan;
  readonly operation: OperationName;
};

const form = /^(all|[1-9]\d*):([^=]+)=(.+)$/;

/**
 * Reads `3:business_logic=extreme_cpu_computation` or `all:data_analysis=json_processing`.
 *
 * @throws HoldupError HOLDUP_USAGE that lists the known names
 */
export function readForcing(text: string): Forcing {
  const [, order = "", spanText = "", operationText = ""] = form.exec(text.trim()) ?? [];
  if (order === "") {
    throw new HoldupError(
      "HOLDUP_USAGE",
      `--force ${text}: expected <order>:<span>=<operation>, such as 3:business_logic=extreme_cpu_computation; <order> is a number from 1, or all.`,
    );
  }
  return {
    order: order === "all" ? order : Number(order),
    span: oneOf(operationSpans, spanText, text, "span"),
    operation: oneOf(operationNames, operationText, text, "operation"),
  };
}

export function formatForcing({ order, span, operation }: Forcing): string {
  return `${order}:${span}=${operation}`;
}

function oneOf<T extends string>(names: readonly T[], name: string, text: string, what: string): T {
  const found = names.find((known) => known === name);
  if (found !== undefined) return found;
  throw new HoldupError(
    "HOLDUP_USAGE",
    `--force ${text}: there is no ${what} ${name}; there are ${names.join(", ")}.`,
  );
}
