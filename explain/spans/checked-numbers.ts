import type { Span } from "../span.ts";
import { jitterNs } from "../waits/run.ts";
import { type Fact, numberOf, textOf } from "./attributes.ts";

/** Times up to so far from an origin are whole nanoseconds in a number, also when they are moved as far again: 52 days. */
export const nearNs = BigInt(Number.MAX_SAFE_INTEGER) / 2n;
const nearMs = Number(nearNs) / 1e6;
const jitterMs = jitterNs / 1e6;

/** Takes a sentence about something that cannot be used. */
export type Note = (what: string) => void;

type Moment = "recordTimestamp" | "assignedAt" | "fetchedAt";

const moments: Readonly<Record<Moment, string>> = {
  recordTimestamp: "A record's timestamp is not in ms, or weeks away from its span; it is not used.",
  assignedAt: "A partition was assigned after its run began, or long before; the time is not used.",
  fetchedAt: "A message was fetched after its run began, or long before; the time is not used.",
};

/** A time of a message, ms since the Unix epoch; undefined where the span tells none, or one that cannot be. */
export function momentOf(span: Span, fact: Moment, note: Note): number | undefined {
  if (textOf(span, fact) === undefined) return undefined;
  const ms = numberOf(span, fact);
  // Kafka's own sign for a record without a time is -1.
  if (ms === -1 || ms === 0) return undefined;
  const startMs = Number(span.startNs) / 1e6;
  // A record's time may be of another clock.
  const latestMs = startMs + (fact === "recordTimestamp" ? nearMs : jitterMs);
  if (ms !== undefined && ms >= startMs - nearMs && ms <= latestMs) return ms;
  note(moments[fact]);
  return undefined;
}

/** How long a message was in the queue, ms. */
export function queueTimeOf(span: Span, note: Note): number | undefined {
  const ms = amountOf(
    span,
    "queueTimeMs",
    nearMs,
    note,
    "A message's time in the queue cannot be; it is not used.",
  );
  return ms === 0 ? undefined : ms;
}

/** How long work waited for a thread, ms: no longer than its span. */
export function threadQueueOf(span: Span, note: Note): number | undefined {
  const longestMs = Number(span.endNs - span.startNs) / 1e6 + jitterMs;
  return amountOf(
    span,
    "workloadQueueMs",
    Math.min(longestMs, nearMs),
    note,
    "Work waited longer for a thread than its span lasts, or less than no time; the time is not used.",
  );
}

/** CPU time of work, ms. */
export function cpuTimeOf(span: Span, note: Note): number | undefined {
  return amountOf(
    span,
    "cpuMs",
    nearMs,
    note,
    "A CPU time is negative or longer than weeks; it is not used.",
  );
}

const mostMemoryMb = 2 ** 32;

/** Resident memory while work ran, MiB. */
export function memoryOf(span: Span, note: Note): number | undefined {
  return amountOf(span, "memoryMb", mostMemoryMb, note, "An amount of memory cannot be; it is not used.");
}

function amountOf(span: Span, fact: Fact, most: number, note: Note, otherwise: string): number | undefined {
  if (textOf(span, fact) === undefined) return undefined;
  const amount = numberOf(span, fact);
  if (amount !== undefined && amount >= 0 && amount <= most) return amount;
  note(otherwise);
  return undefined;
}
