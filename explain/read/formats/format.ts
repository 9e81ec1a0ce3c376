import type { ReportProblem } from "../../problem-log.ts";
import type { Attributes, Span } from "../../span.ts";
import type { Interner } from "./interner.ts";

/** An object of parsed JSON. */
export type Fields = Readonly<Record<string, unknown>>;

/** A span whose service and resource are not filled in yet: they may follow the spans in the input. */
export type DecodedSpan = {
  readonly span: { -readonly [K in keyof Span]: Span[K] };
  /** The owner within its item: in Jaeger the process id, else empty. */
  readonly owner: string;
};

/** The process that recorded a span. */
export type Owner = { readonly service: string | undefined; readonly resource: Attributes | undefined };

/**
 * How to decode one format. An *item* holds spans and their owners: a Jaeger trace or an OTLP ResourceSpans. A Zipkin span
 * names its own owner and is its own item.
 */
export type Format = {
  readonly name: "Jaeger" | "OTLP" | "Zipkin";
  /** The parsed elements of the item's span arrays. */
  readonly spansOf: (item: unknown) => readonly unknown[];
  /** One span; undefined, and reported, when it cannot be used. */
  readonly decode: (raw: unknown, interner: Interner, report: ReportProblem) => DecodedSpan | undefined;
  /** The item's owners by `DecodedSpan.owner`; undefined as long as an unfinished item does not contain them. */
  readonly ownersOf: (
    item: unknown,
    interner: Interner,
  ) => ((owner: string) => Owner | undefined) | undefined;
};

/** The spans of one whole item. */
export function decodeItem(format: Format, item: unknown, interner: Interner, report: ReportProblem): Span[] {
  const decoded: DecodedSpan[] = [];
  for (const raw of format.spansOf(item)) {
    const span = format.decode(raw, interner, report);
    if (span) decoded.push(span);
  }
  return withOwners(decoded, format.ownersOf(item, interner));
}

/** Fills in service and resource. */
export function withOwners(decoded: readonly DecodedSpan[], owners: ReturnType<Format["ownersOf"]>): Span[] {
  return decoded.map(({ span, owner }) => {
    const found = owners?.(owner);
    if (found) {
      span.service = found.service;
      span.resource = found.resource;
    }
    return span;
  });
}

export function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
