import type { Attributes, AttributeValue, Span } from "../span.ts";
import { type Fact, facts } from "./dialects/dialect.ts";
import { attributesOf, marks, shownBy } from "./dialects/dialects.ts";
import { resourceAttributes } from "./resource.ts";

const aliases = new Map<Fact, readonly string[]>(facts.map((fact) => [fact, attributesOf(fact)]));

/** The attribute names of a fact, by priority. */
export function aliasesOf(fact: Fact): readonly string[] {
  return aliases.get(fact) ?? [];
}

const kept = new Set<string>([
  ...facts.flatMap(aliasesOf),
  ...marks.map(({ attribute }) => attribute),
  ...shownBy,
  ...resourceAttributes,
]);

/** Whether explain reads an attribute; readers may drop all others. */
export function keepsAttribute(name: string): boolean {
  return kept.has(name);
}

function first(attributes: Attributes | undefined, names: readonly string[]): AttributeValue | undefined {
  if (!attributes) return undefined;
  for (const name of names) {
    const value = attributes[name];
    if (value !== undefined && value !== "") return value;
  }
  return undefined;
}

const factOf = new Map(facts.flatMap((fact) => aliasesOf(fact).map((name) => [name, fact] as const)));

/** The facts of a span, each once: cheaper than asking for each where most are absent. */
export type Facts = Readonly<Partial<Record<Fact, AttributeValue>>>;

export function factsIn({ attributes }: Span): Facts {
  const found: Partial<Record<Fact, AttributeValue>> = {};
  for (const name in attributes) {
    const fact = factOf.get(name);
    const value = attributes[name];
    if (fact === undefined || value === undefined || value === "") continue;
    // Several names of one fact are rare.
    found[fact] = found[fact] === undefined ? value : (first(attributes, aliasesOf(fact)) ?? value);
  }
  return found;
}

/** Whether a span has a fact whose value cannot be read. */
export function isUnread({ unread }: Span, fact: Fact): boolean {
  return unread !== undefined && aliasesOf(fact).some((name) => unread.includes(name));
}

/** A fact as text; undefined where it is absent. */
export function textOf(span: Span, fact: Fact): string | undefined {
  const value = first(span.attributes, aliasesOf(fact));
  return value === undefined ? undefined : String(value);
}

/** A fact as a number, also when written as text; undefined where it is absent or not a number. */
export function numberOf(span: Span, fact: Fact): number | undefined {
  return numberIn(first(span.attributes, aliasesOf(fact)));
}

/** A value as a number, also when written as text; undefined where it is none. */
export function numberIn(value: AttributeValue | undefined): number | undefined {
  const number = typeof value === "string" ? Number(value) : value;
  return typeof number === "number" && Number.isFinite(number) ? number : undefined;
}
