import type { ReportProblem } from "../../problem-log.ts";
import type { Attributes } from "../../span.ts";
import { isFields } from "./format.ts";
import type { Interner, MutableAttributes } from "./interner.ts";
import { isTypedValue, readValue, unread } from "./values.ts";

/** Deeper maps are not flattened. */
const maxDepth = 8;

/** Receives an attribute with its value as it is written. */
type Visit = (name: string, value: unknown) => void;

/**
 * Calls `visit` for each attribute of a list or map in any of the forms that exporters and databases write: `{key, value}` with
 * keys in lower or upper case, pairs, and maps, whose inner maps are flattened: `{"messaging": {"system": …}}`.
 */
export function eachAttribute(raw: unknown, visit: Visit): void {
  if (Array.isArray(raw)) for (const each of raw) visitElement(each, visit);
  else if (isFields(raw)) visitMap(raw, "", visit, 0);
}

function visitElement(each: unknown, visit: Visit): void {
  if (Array.isArray(each)) {
    if (typeof each[0] === "string") visit(each[0], each[1]);
  } else if (isFields(each)) {
    const name = each["key"] ?? each["Key"];
    if (typeof name !== "string") return;
    const value = each["value"] ?? each["Value"];
    // Jaeger's own JSON has the typed value next to the key.
    visit(name, value === undefined ? each : value);
  }
}

function visitMap(map: Readonly<Record<string, unknown>>, prefix: string, visit: Visit, depth: number): void {
  for (const key in map) {
    const value = map[key];
    const name = prefix + key;
    if (isFields(value) && depth < maxDepth && !isTypedValue(value))
      visitMap(value, `${name}.`, visit, depth + 1);
    else visit(name, value);
  }
}

/** Collects the attributes that are kept, and the names of those whose values have a form that is not read. */
export class Collector {
  readonly values: MutableAttributes = {};
  readonly #interner: Interner;
  readonly #report: ReportProblem;
  #unread: string[] | undefined;

  constructor(interner: Interner, report: ReportProblem) {
    this.#interner = interner;
    this.#report = report;
  }

  /** Undefined when everything was read. */
  get unread(): readonly string[] | undefined {
    return this.#unread;
  }

  add(given: string, raw: unknown): void {
    const name = this.#interner.keptName(given);
    if (name === "") return;
    const value = readValue(raw);
    if (value === unread) {
      this.noteUnread(name);
      reportUnread(name, raw, this.#report);
    } else if (value !== undefined) {
      this.values[name] = typeof value === "string" ? this.#interner.text(value) : value;
    }
  }

  noteUnread(name: string): void {
    this.#unread ??= [];
    this.#unread.push(name);
  }
}

/** Service and other attributes of the process that recorded spans. */
export type ResourceFields = {
  readonly service: string | undefined;
  readonly resource: Attributes | undefined;
  readonly unread: readonly string[] | undefined;
};

export function resourceOf(raw: unknown, interner: Interner, report: ReportProblem): ResourceFields {
  const collected = new Collector(interner, report);
  let service: string | undefined;
  eachAttribute(raw, (name, value) => {
    if (name === "service.name") service = textOf(name, value, report);
    collected.add(name, value);
  });
  return {
    service: service === undefined ? undefined : interner.text(service),
    resource: interner.attributes(collected.values),
    unread: collected.unread,
  };
}

/** A value as text; undefined where there is none, reported where it cannot be read. */
export function textOf(name: string, raw: unknown, report: ReportProblem): string | undefined {
  const value = readValue(raw);
  if (value !== unread) return value === undefined ? undefined : String(value);
  reportUnread(name, raw, report);
  return undefined;
}

function reportUnread(name: string, raw: unknown, report: ReportProblem): void {
  report(
    `The value of ${name} has a form that is not read: {}. Expected text, a number or a boolean, plain or as in {"stringValue": …}.`,
    raw,
  );
}
