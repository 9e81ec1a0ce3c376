import type { ReportProblem } from "../../problem-log.ts";
import type { SpanKind } from "../../span.ts";

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

/** The ids of a span; undefined, and reported, when they cannot be read. */
export function idsOf(trace: unknown, span: unknown, report: ReportProblem): Ids | undefined {
  const traceId = traceIdOf(trace);
  if (traceId === undefined) {
    report(isMissing(trace) ? "The span has no trace id." : "The span's trace id is not hex.");
    return undefined;
  }
  const spanId = spanIdOf(span);
  if (spanId === undefined) {
    report(isMissing(span) ? "The span has no span id." : "The span's id is not hex.");
    return undefined;
  }
  return { traceId, spanId };
}

/** The parent's id; undefined for none, reported when it cannot be read. */
export function parentOf(parent: unknown, report: ReportProblem): string | undefined {
  if (isMissing(parent)) return undefined;
  const spanId = spanIdOf(parent);
  if (spanId === undefined) report("The span's parent id is not hex; the span is used without its parent.");
  return spanId;
}

/** 32 lower-case hex digits. Shorter ids are padded, because Jaeger and Zipkin omit an upper half of zeros. */
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

/** Protobuf's stock JSON printers write ids as base64; its padding distinguishes it from hex. */
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

/** Whether both times are present and in order; reports it when not. */
export function hasTimes(
  startNs: bigint | undefined,
  endNs: bigint | undefined,
  report: ReportProblem,
): boolean {
  if (startNs === undefined || startNs === 0n) report("The span has no start time.");
  else if (endNs === undefined || endNs === 0n) report("The span has no end time.");
  else if (endNs < startNs) report("The span ends before it starts.");
  else return true;
  return false;
}

/** Exporters to formats without scopes write them as tags; the second name is from before 2022. */
export function isScopeTag(name: string): boolean {
  return name === "otel.scope.name" || name === "otel.library.name";
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
