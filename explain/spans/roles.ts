import type { Attributes, Span } from "../span.ts";
import { aliasesOf, type Facts } from "./attributes.ts";
import type { Role } from "./dialects/dialect.ts";
import { marks, operations, shownBy } from "./dialects/dialects.ts";
import { namedBy } from "./names.ts";

export function isMessageKind({ kind }: Span): boolean {
  return kind === "producer" || kind === "consumer";
}

/** Whether a span can be one of a message: by its kind, or by an attribute that only those have. */
export function isOfMessage(span: Span): boolean {
  if (isMessageKind(span)) return true;
  for (const name of shownBy) if (span.attributes[name] !== undefined) return true;
  return false;
}

/** What an attribute proves, whatever the operation is called. */
export function markOf({ kind, attributes }: Span): Role | undefined {
  if (kind === "producer") return undefined;
  for (const mark of marks) {
    const found = attributes[mark.attribute];
    if (found !== undefined && (mark.value === undefined || found === mark.value)) return mark.role;
  }
  return undefined;
}

/** By mark, operation, name and kind, in this order; undefined where the operation is not known, or none says anything. */
export function roleOf(span: Span, { system, operation }: Facts, mark: Role | undefined): Role | undefined {
  if (mark === "receive") return mark;
  const means = operation === undefined ? undefined : operationOf(span.attributes, system);
  if (mark === "process" && (operation === undefined || means === "receive")) return mark;
  if (operation !== undefined) return means;
  const named = namedBy(span.name)?.role;
  if (named) return named;
  if (span.kind === "producer") return "send";
  return span.kind === "consumer" ? "process" : undefined;
}

/** What the first known operation of a span means. */
function operationOf(attributes: Attributes, system: Facts["system"]): Role | undefined {
  for (const name of aliasesOf("operation")) {
    const value = attributes[name];
    if (value === undefined || value === "") continue;
    const word = String(value);
    const means = operations.get(word) ?? operations.get(word.toLowerCase());
    if (means) return means;
    const own = system === undefined ? undefined : operations.get(`${system} ${word.toLowerCase()}`);
    if (own) return own;
  }
  return undefined;
}
