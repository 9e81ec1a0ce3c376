import type { Attributes, AttributeValue } from "../../span.ts";
import { keepsAttribute } from "../../spans/attributes.ts";

export type MutableAttributes = Record<string, AttributeValue>;

/** The value of an attribute as its format writes it; undefined for what is no text, number or boolean. */
export type ToValue = (raw: unknown) => AttributeValue | undefined;

/** What spans have in common, kept once. */
export type Shared = {
  /** The one copy of a text that repeats. */
  readonly text: (text: string) => string;
  /** Adds an attribute that is kept; others are dropped. */
  readonly add: (attributes: MutableAttributes, name: string, raw: unknown, toValue: ToValue) => void;
  /** The one object of equal attributes; undefined when there are none. */
  readonly attributes: (attributes: Attributes) => Attributes | undefined;
};

/** Beyond this, texts are mostly unique, and remembering more costs memory and gains none. */
const maxTexts = 20_000;
const maxNames = 20_000;

/** `keeps` tells by their names which attributes are kept. */
export function createShared(keeps: (attribute: string) => boolean = keepsAttribute): Shared {
  const texts = new Map<string, string>();
  /** The kept name itself, or "" for a dropped one. */
  const names = new Map<string, string>();
  const objects = new Map<string, Attributes>();

  function text(given: string): string {
    const known = texts.get(given);
    if (known !== undefined) return known;
    if (texts.size < maxTexts) texts.set(given, given);
    return given;
  }

  function keptName(name: string): string {
    const known = names.get(name);
    if (known !== undefined) return known;
    const kept = keeps(name) ? name : "";
    if (names.size < maxNames) names.set(name, kept);
    return kept;
  }

  return {
    text,
    add(attributes, name, raw, toValue) {
      const kept = keptName(name);
      if (kept === "") return;
      const value = toValue(raw);
      if (value !== undefined) attributes[kept] = typeof value === "string" ? text(value) : value;
    },
    attributes(given) {
      const key = JSON.stringify(given);
      if (key === "{}") return undefined;
      const known = objects.get(key);
      if (known) return known;
      objects.set(key, given);
      return given;
    },
  };
}

/** A value that stands for itself, as in Jaeger's and Zipkin's tags. */
export function plainValue(raw: unknown): AttributeValue | undefined {
  return typeof raw === "string" || typeof raw === "number" || typeof raw === "boolean" ? raw : undefined;
}
