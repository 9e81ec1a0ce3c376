import type { ReportProblem } from "../problem-log.ts";
import type { Span } from "../span.ts";
import { jitterNs } from "../waits/run.ts";
import { numberOf, textOf } from "./attributes.ts";
import type { Fact } from "./dialects/dialect.ts";

/** 52 days: within twice this distance from the origin, a number holds whole nanoseconds exactly. */
export const nearNs = BigInt(Number.MAX_SAFE_INTEGER) / 2n;
const nearMs = Number(nearNs) / 1e6;
const jitterMs = jitterNs / 1e6;

type Moment = "recordTimestamp" | "assignedAt" | "fetchedAt";

const moments: Readonly<Record<Moment, string>> = {
  recordTimestamp: "A record timestamp is not in ms, or is weeks away from its span; it is ignored.",
  assignedAt: "A partition was assigned after its run began, or weeks before; the time is ignored.",
  fetchedAt: "A message was fetched after its run began, or weeks before; the time is ignored.",
};

/** A time of a message, ms since the Unix epoch; undefined where it is absent or impossible. */
export function momentOf(span: Span, fact: Moment, report: ReportProblem): number | undefined {
  if (textOf(span, fact) === undefined) return undefined;
  const ms = numberOf(span, fact);
  // Kafka uses -1 for a record without a timestamp.
  if (ms === -1 || ms === 0) return undefined;
  const startMs = Number(span.startNs) / 1e6;
  // A record timestamp may come from another clock.
  const latestMs = startMs + (fact === "recordTimestamp" ? nearMs : jitterMs);
  if (ms !== undefined && ms >= startMs - nearMs && ms <= latestMs) return ms;
  report(moments[fact]);
  return undefined;
}

/** How long a message was in the queue, ms; undefined where it is absent, 0 or impossible. */
export function queueTimeOf(span: Span, report: ReportProblem): number | undefined {
  const ms = amountOf(
    span,
    "queueTimeMs",
    nearMs,
    report,
    "A message's time in the queue is impossible; it is ignored.",
  );
  return ms === 0 ? undefined : ms;
}

/** How long work waited for a thread, ms; at most the duration of its span. */
export function threadQueueOf(span: Span, report: ReportProblem): number | undefined {
  const longestMs = Number(span.endNs - span.startNs) / 1e6 + jitterMs;
  return amountOf(
    span,
    "workloadQueueMs",
    Math.min(longestMs, nearMs),
    report,
    "Work waited for a thread longer than its span lasts, or for a negative time; the time is ignored.",
  );
}

/** CPU time of work, ms. */
export function cpuTimeOf(span: Span, report: ReportProblem): number | undefined {
  return amountOf(
    span,
    "cpuMs",
    nearMs,
    report,
    "A CPU time is negative or longer than weeks; it is ignored.",
  );
}

const maxMemoryMb = 2 ** 32;

/** Resident memory while work ran, MiB. */
export function memoryOf(span: Span, report: ReportProblem): number | undefined {
  return amountOf(span, "memoryMb", maxMemoryMb, report, "An amount of memory is impossible; it is ignored.");
}

function amountOf(
  span: Span,
  fact: Fact,
  max: number,
  report: ReportProblem,
  problem: string,
): number | undefined {
  if (textOf(span, fact) === undefined) return undefined;
  const amount = numberOf(span, fact);
  if (amount !== undefined && amount >= 0 && amount <= max) return amount;
  report(problem);
  return undefined;
}
