import type { ReportProblem } from "../../problem-log.ts";
import { bitsOf } from "./bytes-forms.ts";
import { isFields } from "./format.ts";

/**
 * The unit of a plain number. `any`: seconds to nanoseconds since 1970 are told apart by their size. `sized ns`: nanoseconds,
 * unless the size shows that a script wrote milliseconds or microseconds instead.
 */
export type TimeUnit = PlainUnit | "any" | "sized ns";

type PlainUnit = "ns" | "us" | "ms" | "s";

const nsPer = { ns: 1n, us: 1_000n, ms: 1_000_000n, s: 1_000_000_000n };
const unitNames = {
  ns: "nanoseconds",
  us: "microseconds",
  ms: "milliseconds",
  s: "seconds",
  any: "seconds",
  "sized ns": "nanoseconds",
};

const digits = /^\d{1,20}$/;
const decimal = /^(-?\d{1,20})(?:\.(\d+))?n?$/;
const exponent = /^\d+(?:\.\d+)?e\+?\d+$/i;
/** ISO 8601 as programs vary it; without a zone it is UTC. */
const date =
  /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d)(:\d\d)?(?:[.,](\d+))? ?(Z|UTC|[+-]\d\d:?\d\d)?(?: (?:UTC|[A-Z]{3,4}))?$/i;

/** A time as it is written, with the unit that it has as a plain number. */
export type RawTime = { readonly raw: unknown; readonly unit: TimeUnit };

/** How a span gives its end: as a time or as a duration. */
export type RawEnd = RawTime & { readonly isDuration?: boolean };

export type Times = { readonly startNs: bigint; readonly endNs: bigint };

/** Start and end of a span, ns since the Unix epoch; undefined, and reported, when they cannot be used. */
export function timesOf(start: RawTime, end: RawEnd, report: ReportProblem): Times | undefined {
  const startNs = timeOf(start, "start", report);
  if (startNs === undefined) return undefined;
  const endNs = end.isDuration ? endAfter(startNs, end, report) : timeOf(end, "end", report);
  if (endNs === undefined) return undefined;
  if (endNs >= startNs) return { startNs, endNs };
  report("The span ends before it starts.");
  return undefined;
}

function timeOf({ raw, unit }: RawTime, which: "start" | "end", report: ReportProblem): bigint | undefined {
  const ns = nanosecondsOf(raw, unit);
  if (ns !== undefined && ns > 0n) return ns;
  if (isNothing(raw) || ns === 0n) report(`The span has no ${which} time.`);
  else {
    report(
      `The ${which} time of spans has a form that is not read: {}. Expected ${unitNames[unit]} since 1970, or a date such as 2026-01-31T12:00:00.5Z.`,
      raw,
    );
  }
  return undefined;
}

function endAfter(startNs: bigint, { raw, unit }: RawTime, report: ReportProblem): bigint | undefined {
  const ns = durationOf(raw, unit);
  if (ns !== undefined) return startNs + ns;
  if (isNothing(raw)) report("The span has no end time.");
  else {
    report(
      `The duration of spans has a form that is not read: {}. Expected ${unitNames[unit]}, or text such as 5ms.`,
      raw,
    );
  }
  return undefined;
}

function isNothing(raw: unknown): boolean {
  return raw === undefined || raw === null || raw === "";
}

/** A time or duration in any of the forms that exporters and databases write. */
function nanosecondsOf(raw: unknown, unit: TimeUnit): bigint | undefined {
  if (typeof raw === "string") {
    if (digits.test(raw)) return scaled(BigInt(raw), unit);
    return nanosecondsOfText(raw.trim(), unit);
  }
  if (typeof raw === "number") return nanosecondsOfNumber(raw, unit);
  if (Array.isArray(raw)) return raw.length === 2 ? ofParts(raw[0], raw[1]) : undefined;
  if (!isFields(raw)) return undefined;
  const bits = bitsOf(raw);
  if (bits !== undefined) return scaled(bits, unit);
  const seconds = raw["seconds"] ?? raw["Seconds"] ?? raw["sec"] ?? raw["epochSecond"];
  if (seconds !== undefined)
    return ofParts(seconds, raw["nanos"] ?? raw["Nanos"] ?? raw["nsec"] ?? raw["nano"] ?? 0);
  if (raw["$date"] !== undefined) return nanosecondsOf(raw["$date"], "ms");
  const inner = raw["$numberLong"] ?? raw["value"];
  return typeof inner === "string" || typeof inner === "number" ? nanosecondsOf(inner, unit) : undefined;
}

/** A negative one is less than 0, so that it is noticed. */
function nanosecondsOfNumber(value: number, unit: TimeUnit): bigint | undefined {
  if (!Number.isFinite(value)) return undefined;
  if (Number.isInteger(value)) return scaled(BigInt(value), unit);
  const whole = Math.trunc(value);
  const ns = nsPer[unitFor(BigInt(whole), unit)];
  return BigInt(whole) * ns + BigInt(Math.round((value - whole) * Number(ns)));
}

function nanosecondsOfText(text: string, unit: TimeUnit): bigint | undefined {
  const [, whole, fraction = ""] = decimal.exec(text) ?? [];
  if (whole !== undefined) {
    const ns = nsPer[unitFor(BigInt(whole), unit)];
    return BigInt(whole) * ns + BigInt(Math.round(Number(`0.${fraction || 0}`) * Number(ns)));
  }
  if (exponent.test(text)) return nanosecondsOfNumber(Number(text), unit);
  const [, day, minute, second = ":00", part = "", zone = "Z"] = date.exec(text) ?? [];
  if (day === undefined) return undefined;
  const ms = Date.parse(
    `${day}T${minute}${second}${zone.toUpperCase() === "UTC" ? "Z" : zone.toUpperCase()}`,
  );
  return Number.isNaN(ms) ? undefined : BigInt(ms) * nsPer.ms + BigInt(part.slice(0, 9).padEnd(9, "0"));
}

/** Seconds and nanoseconds, as in protobuf's Timestamp and Node's hrtime. */
function ofParts(seconds: unknown, nanos: unknown): bigint | undefined {
  const whole = nanosecondsOf(seconds, "s");
  return whole !== undefined && typeof nanos === "number" && nanos >= 0 && nanos < 1e9
    ? whole + BigInt(Math.round(nanos))
    : undefined;
}

function scaled(value: bigint, unit: TimeUnit): bigint {
  const plain = unitFor(value, unit);
  return plain === "ns" ? value : value * nsPer[plain];
}

const nsOf1973 = 100_000_000_000_000_000n;

/** Which unit makes a number a time between 1973 and 5138. */
function unitFor(value: bigint, unit: TimeUnit): PlainUnit {
  if (unit !== "any" && unit !== "sized ns") return unit;
  if (value >= nsOf1973) return "ns";
  if (value >= nsOf1973 / 1_000n) return "us";
  if (value >= nsOf1973 / 1_000_000n) return "ms";
  return unit === "any" ? "s" : "ns";
}

const withUnit = /(\d+(?:\.\d+)?)(ns|us|µs|μs|ms|s|m|h)/gi;
const allWithUnit = /^(?:PT)?(?:\d+(?:\.\d+)?(?:ns|us|µs|μs|ms|s|m|h))+$/i;
const nsOfUnit: Readonly<Record<string, number>> = {
  ns: 1,
  us: 1e3,
  µs: 1e3,
  μs: 1e3,
  ms: 1e6,
  s: 1e9,
  m: 60e9,
  h: 3_600e9,
};

/** Also with units, as Go, protobuf and ISO 8601 write it: `1m2.5s`, `0.005s`, `PT1.5S`. */
function durationOf(raw: unknown, unit: TimeUnit): bigint | undefined {
  if (typeof raw !== "string" || !allWithUnit.test(raw)) {
    return typeof raw === "string" && date.test(raw) ? undefined : nanosecondsOf(raw, unit);
  }
  let ns = 0;
  for (const [, amount, name = ""] of raw.matchAll(withUnit)) {
    ns += Number(amount) * (nsOfUnit[name.toLowerCase()] ?? 0);
  }
  return Number.isFinite(ns) ? BigInt(Math.round(ns)) : undefined;
}
