import type { Attributes, Span } from "../../span.ts";
import type { Shared } from "./interner.ts";

/** An object of parsed JSON. */
export type Fields = Readonly<Record<string, unknown>>;

/** Told what is wrong with the span in hand. */
export type Note = (what: string) => void;

/** A span before it is known who wrote it: that may stand behind the spans. */
export type Draft = {
  readonly span: { -readonly [K in keyof Span]: Span[K] };
  /** Which of its item's owners wrote it: in Jaeger the process id, else empty. */
  readonly owner: string;
};

export type Owner = { readonly service: string | undefined; readonly resource: Attributes | undefined };

/**
 * How one format is decoded. An *item* is what holds spans and tells who wrote them: a Jaeger trace, an OTLP
 * ResourceSpans. A Zipkin span tells it itself and is its own item.
 */
export type Format = {
  readonly name: "Jaeger" | "OTLP" | "Zipkin";
  /** Elements of the item's span arrays, as parsed. */
  readonly spansOf: (item: unknown) => readonly unknown[];
  /** One span; undefined, and noted, when it cannot be used. */
  readonly draft: (raw: unknown, shared: Shared, note: Note) => Draft | undefined;
  /** Who wrote the item's spans, by `Draft.owner`; undefined while an unfinished item does not tell. */
  readonly ownersOf: (item: unknown, shared: Shared) => ((owner: string) => Owner | undefined) | undefined;
};

/** The spans of one whole item. */
export function decodeItem(format: Format, item: unknown, shared: Shared, note: Note): Span[] {
  const drafts: Draft[] = [];
  for (const raw of format.spansOf(item)) {
    const draft = format.draft(raw, shared, note);
    if (draft) drafts.push(draft);
  }
  return finish(drafts, format.ownersOf(item, shared));
}

/** Fills in who wrote the spans. */
export function finish(drafts: readonly Draft[], owners: ReturnType<Format["ownersOf"]>): Span[] {
  return drafts.map(({ span, owner }) => {
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
