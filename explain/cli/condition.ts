import { HoldupError } from "../../core/errors.ts";
import { escapeControls } from "../../core/escape.ts";
import { duration } from "../../core/format.ts";
import { percentilesOf } from "../../core/percentiles.ts";
import type { Explanation } from "../explanation.ts";
import { maxOf } from "../extremes.ts";
import { durationExpected, readDuration } from "./read-duration.ts";

const levels = ["p50", "p95", "p99", "max"] as const;
const timedMetrics = ["wait", "run", "total"] as const;
const operators = {
  ">=": (a: number, b: number) => a >= b,
  "<=": (a: number, b: number) => a <= b,
  ">": (a: number, b: number) => a > b,
  "<": (a: number, b: number) => a < b,
} as const;

/** The metrics of conditions: times in ns, shares from 0 to 1. */
export const metrics: readonly string[] = [
  ...timedMetrics.flatMap((metric) => levels.map((level) => `${metric}.${level}`)),
  "utilisation",
  "unexplained",
  "blocked.max",
];

/** One `--fail-on`, such as `processing-service.wait.p99>2s`. */
export type Condition = {
  readonly text: string;
  readonly stage: string | undefined;
  readonly metric: string;
  readonly operator: keyof typeof operators;
  /** In ns, or a share from 0 to 1. */
  readonly limit: number;
};

/** Reads a `--fail-on`. @throws HoldupError HOLDUP_USAGE, one line with what is wrong */
export function readCondition(text: string): Condition {
  const refuse = (why: string) =>
    new HoldupError("HOLDUP_USAGE", escapeControls(`--fail-on '${text}': ${why}`));
  const [, left = "", symbol = "", right = ""] = /^([^<>]*)(>=|<=|>|<)([^<>]*)$/.exec(text) ?? [];
  const operator = Object.keys(operators).find((one): one is keyof typeof operators => one === symbol);
  if (!operator) throw refuse("it needs one of > >= < <=, such as wait.p99>2s.");
  const named = left.trim();
  const metric = metrics.find((one) => named === one || named.endsWith(`.${one}`));
  if (!metric) {
    throw refuse(
      `there is no metric ${JSON.stringify(named)}; the metrics are ${metrics.join(", ")}, each also for one stage, as in processing-service.wait.p99.`,
    );
  }
  const stage = named === metric ? undefined : named.slice(0, -metric.length - 1);
  if (stage !== undefined && metric.startsWith("total.")) {
    throw refuse(`${metric} is a metric of whole orders, not of a stage.`);
  }
  return { text, stage, metric, operator, limit: limitOf(right.trim(), metric, refuse) };
}

function limitOf(text: string, metric: string, refuse: (why: string) => HoldupError): number {
  const given = JSON.stringify(text);
  if (!isShare(metric)) {
    const ns = readDuration(text);
    if (ns === undefined) throw refuse(`${durationExpected} for ${metric}, not ${given}.`);
    return ns;
  }
  const [, digits, unit] = /^(\d+(?:\.\d+)?)\s*(%?)$/.exec(text) ?? [];
  if (digits === undefined) throw refuse(`expected a share such as 5% or 0.05 for ${metric}, not ${given}.`);
  if (unit !== "%" && Number(digits) > 1) throw refuse(`a share above 1 needs a %: ${digits}%.`);
  return unit === "%" ? Number(digits) / 100 : Number(digits);
}

function isShare(metric: string): boolean {
  return metric === "utilisation" || metric === "unexplained";
}

/** Why a condition fails the command, as a line; undefined when it does not. A condition also fails with nothing to measure. */
export function failureOf(condition: Condition, explanation: Explanation): string | undefined {
  const failure = failureIn(condition, explanation);
  return failure === undefined ? undefined : escapeControls(failure);
}

function failureIn(
  { text, stage, metric, operator, limit }: Condition,
  explanation: Explanation,
): string | undefined {
  const isSelected = (one: { readonly stage: string }) =>
    stage === undefined || one.stage === stage || one.stage === `${stage}-service`;
  const stages = [...explanation.stages, ...explanation.open.messages];
  if (stage !== undefined && !stages.some(isSelected)) {
    const known = [...new Set(stages.map((one) => one.stage))].join(", ");
    return `${text} fails: there is no stage ${stage}${known === "" ? "" : `; the stages are ${known}`}.`;
  }
  const value = measured(metric, explanation, isSelected);
  if (value === undefined) return `${text} fails: the spans do not show ${metric}.`;
  if (!operators[operator](value, limit)) return undefined;
  const shown = isShare(metric) ? `${Number((value * 100).toFixed(2))} %` : duration(value);
  return `${text} holds: it is ${shown}.`;
}

/** Waits of messages that still wait count with their time so far. */
function measured(
  metric: string,
  { orders, stages, blockers, open, missing }: Explanation,
  isSelected: (one: { readonly stage: string }) => boolean,
): number | undefined {
  const isUntimed = missing.some((one) => one.what === "processing time" && isSelected(one));
  const openWaits = open.messages.filter(isSelected).map(({ waitNs }) => waitNs);
  const deliveries = orders.flatMap((order) => order.deliveries).filter(isSelected);
  const waits = deliveries.flatMap(({ wait }) => (wait ? [wait] : []));
  switch (metric) {
    case "utilisation":
      return maxOrNone(stages.filter(isSelected).flatMap(({ utilisation }) => utilisation ?? []));
    case "unexplained": {
      const allNs = sumOf(waits.map(({ ns }) => ns));
      const unexplainedNs = sumOf(waits.map(({ byCause }) => byCause.unexplained ?? 0));
      return waits.length === 0 ? undefined : unexplainedNs / Math.max(1, allNs);
    }
    case "blocked.max":
      return waits.length === 0
        ? undefined
        : (maxOrNone(costsOf([...blockers, ...deliveries], isSelected)) ?? 0);
  }
  const [kind, level] = metric.split(".");
  const times: Readonly<Record<string, readonly number[]>> = {
    wait: [...waits.map(({ ns }) => ns), ...openWaits],
    // A time that is too short must not pass for the whole.
    run: isUntimed ? [] : deliveries.map(({ run }) => run.ns),
    total: orders.map(({ totalNs }) => totalNs),
  };
  const values = times[kind ?? ""] ?? [];
  const found = levels.find((one) => one === level);
  return found && percentilesOf(values)?.[found];
}

function costsOf(
  handlings: readonly { readonly stage: string; readonly cost: { readonly ns: number } }[],
  isSelected: (one: { readonly stage: string }) => boolean,
): number[] {
  return handlings.filter(isSelected).map(({ cost }) => cost.ns);
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

function maxOrNone(values: readonly number[]): number | undefined {
  return values.length === 0 ? undefined : maxOf(values);
}
