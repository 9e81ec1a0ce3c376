import type { ReportProblem } from "../../problem-log.ts";
import type { Attributes, Span } from "../../span.ts";
import type { Interner } from "./interner.ts";

/** An object of parsed JSON. */
export type Fields = Readonly<Record<string, unknown>>;

/** A span whose service, resource and scope are not filled in yet: they may follow the spans in the input. */
export type DecodedSpan = {
  readonly span: { -readonly [K in keyof Span]: Span[K] };
  /** The owner within its item: in Jaeger the process id, else empty; undefined when the span holds its owner itself. */
  readonly owner: string | undefined;
};

/** The process that recorded a span. */
export type Owner = {
  readonly service: string | undefined;
  readonly resource: Attributes | undefined;
  readonly unread?: readonly string[] | undefined;
};

/** The instrumentation scope of a span array; without a name, the spans name it themselves, or nothing does. */
export type Scope = { readonly name: string | undefined };

export const noScope: Scope = { name: undefined };

/**
 * How to decode one format. An *item* holds spans and their owners: a Jaeger trace or an OTLP ResourceSpans. A Zipkin span
 * names its own owner and is its own item.
 */
export type Format = {
  readonly name: "Jaeger" | "OTLP" | "Zipkin" | "OpenTelemetry";
  /** The objects around the item's span arrays, in order. */
  readonly holdersOf: (item: unknown) => readonly Fields[];
  /** One span; undefined, and reported, when it cannot be used. */
  readonly decode: (raw: unknown, interner: Interner, report: ReportProblem) => DecodedSpan | undefined;
  /** The item's owners by `DecodedSpan.owner`; undefined as long as an unfinished item does not contain them. */
  readonly ownersOf: (
    item: unknown,
    interner: Interner,
    report: ReportProblem,
  ) => ((owner: string) => Owner | undefined) | undefined;
  /** The scope of a holder's spans; undefined as long as an unfinished holder does not contain it. */
  readonly scopeOf: (holder: unknown, interner: Interner) => Scope | undefined;
};

/** The spans of one whole item. */
export function decodeItem(format: Format, item: unknown, interner: Interner, report: ReportProblem): Span[] {
  const owners = format.ownersOf(item, interner, report);
  return format.holdersOf(item).flatMap((holder) => {
    const decoded: DecodedSpan[] = [];
    for (const raw of listOf(holder["spans"])) {
      const span = format.decode(raw, interner, report);
      if (span) decoded.push(span);
    }
    return withOwners(decoded, owners, format.scopeOf(holder, interner));
  });
}

/** Fills in service, resource and scope. */
export function withOwners(
  decoded: readonly DecodedSpan[],
  owners: ReturnType<Format["ownersOf"]>,
  scope: Scope = noScope,
): Span[] {
  return decoded.map(({ span, owner }) => {
    if (scope.name !== undefined) span.scope = scope.name;
    const found = owner === undefined ? undefined : owners?.(owner);
    if (found) {
      span.service = found.service;
      span.resource = found.resource;
      if (found.unread) span.unread = [...(span.unread ?? []), ...found.unread];
    }
    return span;
  });
}

/** A span itself, or the one within a document of Elasticsearch. */
export function sourceOf(raw: unknown): unknown {
  return isFields(raw) && isFields(raw["_source"]) ? raw["_source"] : raw;
}

export function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
