import type { SpanKind } from "../../span.ts";
import type { Note } from "./format.ts";

const traceIdDigits = 32;
const spanIdDigits = 16;
const noTraceId = "0".repeat(traceIdDigits);
const noSpanId = "0".repeat(spanIdDigits);
const fullTraceId = /^[0-9a-f]{32}$/;
const fullSpanId = /^[0-9a-f]{16}$/;
const anyHex = /^[0-9a-f]+$/i;
const base64TraceId = /^[A-Za-z0-9+/_-]{22}==$/;
const base64SpanId = /^[A-Za-z0-9+/_-]{11}=$/;
const zeros = /^0+$/;

export type Ids = { readonly traceId: string; readonly spanId: string };

/** The ids of a span, or undefined and a note. */
export function idsOf(trace: unknown, span: unknown, note: Note): Ids | undefined {
  const traceId = traceIdOf(trace);
  if (traceId === undefined) {
    note(isMissing(trace) ? "The span has no trace id." : "The span's trace id is not hex.");
    return undefined;
  }
  const spanId = spanIdOf(span);
  if (spanId === undefined) {
    note(isMissing(span) ? "The span has no span id." : "The span's id is not hex.");
    return undefined;
  }
  return { traceId, spanId };
}

/** The parent's id; undefined for none, noted when it cannot be read. */
export function parentOf(parent: unknown, note: Note): string | undefined {
  if (isMissing(parent)) return undefined;
  const spanId = spanIdOf(parent);
  if (spanId === undefined) note("The span's parent id is not hex; the span is taken without its parent.");
  return spanId;
}

/** 32 lower-case hex digits. Shorter ids are padded, as Jaeger and Zipkin leave out an upper half of zeros. */
export function traceIdOf(value: unknown): string | undefined {
  if (typeof value !== "string") return undefined;
  const id = fullTraceId.test(value) ? value : normalised(value, traceIdDigits);
  return id === noTraceId ? undefined : id;
}

/** 16 lower-case hex digits. */
export function spanIdOf(value: unknown): string | undefined {
  if (typeof value !== "string") return undefined;
  const id = fullSpanId.test(value) ? value : normalised(value, spanIdDigits);
  return id === noSpanId ? undefined : id;
}

/** Protobuf's stock JSON printers write ids as base64, with its padding, which no hex has. */
function normalised(value: string, digits: number): string | undefined {
  if (anyHex.test(value))
    return value.length > digits ? undefined : value.toLowerCase().padStart(digits, "0");
  const isBase64 = digits === traceIdDigits ? base64TraceId.test(value) : base64SpanId.test(value);
  return isBase64 ? Buffer.from(value, "base64").toString("hex") : undefined;
}

function isMissing(id: unknown): boolean {
  return id === undefined || id === null || (typeof id === "string" && (id === "" || zeros.test(id)));
}

/** A whole number that is not negative, from a number or decimal text; undefined for anything else. */
export function wholeNumber(value: unknown): bigint | undefined {
  if (typeof value === "number")
    return Number.isFinite(value) && value >= 0 ? BigInt(Math.round(value)) : undefined;
  return typeof value === "string" && /^\d{1,20}$/.test(value) ? BigInt(value) : undefined;
}

/** True when both times are there and in order; else noted. */
export function hasTimes(startNs: bigint | undefined, endNs: bigint | undefined, note: Note): boolean {
  if (startNs === undefined || startNs === 0n) note("The span has no start time.");
  else if (endNs === undefined || endNs === 0n) note("The span has no end time.");
  else if (endNs < startNs) note("The span ends before it starts.");
  else return true;
  return false;
}

const kinds: Readonly<Record<string, SpanKind>> = {
  internal: "internal",
  server: "server",
  client: "client",
  producer: "producer",
  consumer: "consumer",
};

/** A kind by its name in any case, also as `SPAN_KIND_CONSUMER`. */
export function kindNamed(name: unknown): SpanKind | undefined {
  return typeof name === "string" ? kinds[name.toLowerCase().replace(/^span_kind_/, "")] : undefined;
}
