import type { ReportProblem } from "../../problem-log.ts";
import type { SpanLink } from "../../span.ts";
import { bytesOf } from "./bytes-forms.ts";
import { isFields } from "./format.ts";

const traceIdDigits = 32;
const spanIdDigits = 16;
const noTraceId = "0".repeat(traceIdDigits);
const noSpanId = "0".repeat(spanIdDigits);
const fullTraceId = /^[0-9a-f]{32}$/;
const fullSpanId = /^[0-9a-f]{16}$/;
const hex = /^[0-9a-f]+$/i;
const prefixedHex = /^0x([0-9a-f]+)$/i;
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
/** How AWS X-Ray writes a trace id: version, seconds, the rest. */
const xRay = /^1-[0-9a-f]{8}-[0-9a-f]{24}$/i;
/** 64 bits in decimal are longer than 16 digits, unless they are small. */
const decimal = /^-?\d{17,20}$/;
const base64 = /^(?:[A-Za-z0-9+/_-]{22}(?:==)?|[A-Za-z0-9+/_-]{11}=?)$/;
const zeros = /^(?:0x)?[0-]+$/;

const expectedTrace = "Expected up to 32 hex digits, base64 or 16 bytes.";
const expectedSpan = "Expected up to 16 hex digits, base64 or 8 bytes.";

export type Ids = { readonly traceId: string; readonly spanId: string };

/** The ids of a span; undefined, and reported, when they cannot be read. */
export function idsOf(trace: unknown, span: unknown, report: ReportProblem): Ids | undefined {
  const traceId = traceIdOf(trace);
  if (traceId === undefined) {
    if (isMissing(trace)) report("The span has no trace id.");
    else report(`The trace id of spans has a form that is not read: {}. ${expectedTrace}`, trace);
    return undefined;
  }
  const spanId = spanIdOf(span);
  if (spanId === undefined) {
    if (isMissing(span)) report("The span has no span id.");
    else report(`The id of spans has a form that is not read: {}. ${expectedSpan}`, span);
    return undefined;
  }
  return { traceId, spanId };
}

/** `unread` when the parent's id is there and cannot be read, which is reported. */
export type Parent = { readonly id: string | undefined; readonly isUnread: boolean };

const noParent: Parent = { id: undefined, isUnread: false };
const unreadParent: Parent = { id: undefined, isUnread: true };

export function parentOf(parent: unknown, report: ReportProblem): Parent {
  const id = spanIdOf(parent);
  if (id !== undefined) return { id, isUnread: false };
  if (isMissing(parent)) return noParent;
  report(
    `The id of spans' parents has a form that is not read: {}; the spans are used without it. ${expectedSpan}`,
    parent,
  );
  return unreadParent;
}

/** Contexts are nested at most this deep. */
const maxDepth = 4;

/** The ids in an object: a link, a reference, or a span's context, which some exporters nest. */
export function contextOf(from: unknown, depth = 0): { readonly trace: unknown; readonly span: unknown } {
  if (!isFields(from) || depth > maxDepth) return { trace: undefined, span: undefined };
  const trace = from["traceId"] ?? from["traceID"] ?? from["trace_id"] ?? from["TraceID"] ?? from["TraceId"];
  const span = from["spanId"] ?? from["spanID"] ?? from["span_id"] ?? from["SpanID"] ?? from["SpanId"];
  if (trace !== undefined || span !== undefined) return { trace, span };
  const inner = from["context"] ?? from["spanContext"] ?? from["_spanContext"] ?? from["SpanContext"];
  return inner === undefined ? { trace, span } : contextOf(inner, depth + 1);
}

/** The links among `raw`; those that cannot be read are reported and left out. */
export function linksOf(
  raw: unknown,
  report: ReportProblem,
): { readonly links: SpanLink[] | undefined; readonly isUnread: boolean } {
  if (raw === undefined || raw === null) return noLinks;
  if (!Array.isArray(raw)) {
    reportLink(raw, report);
    return { links: undefined, isUnread: true };
  }
  if (raw.length === 0) return noLinks;
  const found = raw.map((each) => linkOf(each, report));
  const links = found.filter((link) => link !== undefined && link !== "unread");
  return { links: links.length > 0 ? links : undefined, isUnread: found.includes("unread") };
}

const noLinks = { links: undefined, isUnread: false };

/** A link; undefined when it names nothing, `unread` when its ids cannot be read. Both are reported. */
export function linkOf(raw: unknown, report: ReportProblem): SpanLink | "unread" | undefined {
  const { trace, span } = contextOf(raw);
  const traceId = traceIdOf(trace);
  const spanId = spanIdOf(span);
  if (traceId !== undefined && spanId !== undefined) return { traceId, spanId };
  const isKnown = trace !== undefined || span !== undefined;
  if (isKnown && (traceId !== undefined || isMissing(trace)) && (spanId !== undefined || isMissing(span))) {
    report("A link of the span has no id; it is left out.");
    return undefined;
  }
  reportLink(raw, report);
  return "unread";
}

function reportLink(link: unknown, report: ReportProblem): void {
  report(
    'Links of spans have a form that is not read, and are left out: {}. Expected {"traceId": …, "spanId": …}.',
    link,
  );
}

/** 32 lower-case hex digits. Shorter ids are padded, because Jaeger and Zipkin omit an upper half of zeros. */
export function traceIdOf(value: unknown): string | undefined {
  const id = typeof value === "string" && fullTraceId.test(value) ? value : normalised(value, traceIdDigits);
  return id === noTraceId ? undefined : id;
}

/** 16 lower-case hex digits. */
function spanIdOf(value: unknown): string | undefined {
  const id = typeof value === "string" && fullSpanId.test(value) ? value : normalised(value, spanIdDigits);
  return id === noSpanId ? undefined : id;
}

function normalised(value: unknown, digits: number): string | undefined {
  if (value === undefined || value === null || value === "") return undefined;
  const id = typeof value === "string" ? hexOfText(value.trim(), digits) : hexOfBytes(bytesOf(value), digits);
  return id !== undefined && id.length <= digits ? id.toLowerCase().padStart(digits, "0") : undefined;
}

function hexOfText(text: string, digits: number): string | undefined {
  if (hex.test(text) && text.length <= digits) return text;
  const prefixed = prefixedHex.exec(text)?.[1];
  if (prefixed !== undefined) return prefixed;
  if (uuid.test(text)) return text.replaceAll("-", "");
  if (xRay.test(text)) return text.slice(2).replace("-", "");
  if (decimal.test(text)) return BigInt.asUintN(64, BigInt(text)).toString(16);
  // Protobuf's stock JSON printers write ids as base64.
  return base64.test(text) ? hexOfBytes(Buffer.from(text, "base64"), digits) : undefined;
}

/** Whole ids only: 8 bytes, or 16 of a trace. */
function hexOfBytes(bytes: Uint8Array | undefined, digits: number): string | undefined {
  if (bytes?.length !== 8 && bytes?.length !== digits / 2) return undefined;
  return Buffer.from(bytes).toString("hex");
}

/** Whether there is no id. Zeros, in whatever form, mean none. */
function isMissing(id: unknown): boolean {
  if (id === undefined || id === null || id === 0) return true;
  if (typeof id === "string") return id === "" || zeros.test(id) || isZero(base64.test(id) ? id : undefined);
  return bytesOf(id)?.every((byte) => byte === 0) ?? false;
}

function isZero(text: string | undefined): boolean {
  return text !== undefined && Buffer.from(text, "base64").every((byte) => byte === 0);
}
