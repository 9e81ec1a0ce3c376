import type { Attributes, AttributeValue } from "../../span.ts";
import { keepsAttribute } from "../../spans/attributes.ts";

export type MutableAttributes = Record<string, AttributeValue>;

/** Decodes the value of an attribute; undefined for anything but text, numbers and booleans. */
type ToValue = (raw: unknown) => AttributeValue | undefined;

/** Keeps one copy of values that many spans share. */
export type Interner = {
  /** The one copy of a text. */
  readonly text: (text: string) => string;
  /** Adds an attribute if it is kept; drops it otherwise. */
  readonly add: (attributes: MutableAttributes, name: string, raw: unknown, toValue: ToValue) => void;
  /** The one object for equal attributes; undefined for no attributes. */
  readonly attributes: (attributes: Attributes) => Attributes | undefined;
};

/** Beyond this number, most texts are unique, and keeping them only costs memory. */
const maxTexts = 20_000;
const maxNames = 20_000;

/** `keeps` decides by name which attributes are kept. */
export function createInterner(keeps: (attribute: string) => boolean = keepsAttribute): Interner {
  const texts = new Map<string, string>();
  /** By name: the name itself, or "" for an attribute to drop. */
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

/** A plain JSON value, as in Jaeger's and Zipkin's tags. */
export function plainValue(raw: unknown): AttributeValue | undefined {
  return typeof raw === "string" || typeof raw === "number" || typeof raw === "boolean" ? raw : undefined;
}
