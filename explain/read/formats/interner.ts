import type { Attributes, AttributeValue } from "../../span.ts";
import { keepsAttribute } from "../../spans/attributes.ts";

export type MutableAttributes = Record<string, AttributeValue>;

/** Keeps one copy of values that many spans share. */
export type Interner = {
  /** The one copy of a text. */
  readonly text: (text: string) => string;
  /** The one copy of an attribute's name; empty when the attribute is to be dropped. */
  readonly keptName: (name: string) => string;
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
    keptName,
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
