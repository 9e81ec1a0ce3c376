import { brokers } from "./brokers.ts";
import { conventions } from "./conventions.ts";
import { datadog } from "./datadog.ts";
import type { Dialect, Fact, Mark, NameForm, Role } from "./dialect.ts";
import { openTelemetry } from "./opentelemetry.ts";
import { own } from "./own.ts";
import { queues } from "./queues.ts";
import { spring } from "./spring.ts";
import { tracers } from "./tracers.ts";
import { zipkin } from "./zipkin.ts";

/**
 * How instrumentations name what explain reads, by priority: where a span has several attributes for one fact, the one of the
 * earlier dialect counts. docs/dialects.md is printed from it.
 */
export const dialects: readonly Dialect[] = [
  ...conventions,
  ...openTelemetry,
  ...spring,
  ...brokers,
  ...queues,
  ...zipkin,
  ...datadog,
  ...tracers,
  ...own,
];

/** The attribute names of a fact in all dialects, by priority. */
export function attributesOf(fact: Fact): readonly string[] {
  return unique(dialects.flatMap(({ reads }) => reads[fact] ?? []));
}

/** Operations in lower case; `<system> <operation>` are those of one system. */
export const operations: ReadonlyMap<string, Role> = new Map(
  dialects.flatMap((dialect) => Object.entries(dialect.operations ?? {})),
);

export const nameForms: readonly NameForm[] = dialects.flatMap(({ forms = [] }) => forms);

export const marks: readonly Mark[] = dialects.flatMap((dialect) => dialect.marks ?? []);

/** Attributes that only spans of messages have. */
export const shownBy: readonly string[] = unique(dialects.flatMap((dialect) => dialect.shownBy ?? []));

/** Names of spans inside a receive span that are the handling of its message, though they say nothing about it. */
export const handlingNames: ReadonlySet<string> = new Set(
  dialects.flatMap(({ handlings = [] }) => handlings),
);

function unique(names: readonly string[]): string[] {
  return [...new Set(names)];
}
