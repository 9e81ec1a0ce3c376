import type { Role } from "./dialects/dialect.ts";
import { nameForms, operations } from "./dialects/dialects.ts";

/** What the name of a span says about a message. */
export type Named = {
  readonly role: Role;
  readonly topic: string | undefined;
  readonly group: string | undefined;
  /** As in `orders process`. */
  readonly verbIsLast: boolean;
};

/** Beyond this number, most names are unique, and keeping them only costs memory. */
const maxNames = 10_000;
const known = new Map<string, Named | undefined>();

/** What a span's name says; undefined where it has no known form. */
export function namedBy(name: string): Named | undefined {
  const named = known.get(name);
  if (named || known.has(name)) return named;
  const read = readName(name);
  if (known.size < maxNames) known.set(name, read);
  return read;
}

function readName(name: string): Named | undefined {
  const bare = operations.get(name.toLowerCase());
  if (bare) return { role: bare, topic: undefined, group: undefined, verbIsLast: false };
  for (const { form, role } of nameForms) {
    const groups = form.exec(name)?.groups;
    if (!groups) continue;
    const means = role ?? operations.get(groups["verb"]?.toLowerCase() ?? "");
    if (!means) continue;
    const { topic, group, verb } = groups;
    return { role: means, topic, group, verbIsLast: verb !== undefined && name.endsWith(verb) };
  }
  return undefined;
}
