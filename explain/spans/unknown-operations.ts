import { escapeControls } from "../../core/escape.ts";
import type { Problem } from "../span.ts";

type Entry = { readonly operation: string; readonly service: string; where: string; count: number };

const maxLength = 60;

/**
 * Counts spans whose operation is not known, by operation and service. Beyond `maxKinds`, those that are last by name are counted
 * together, so that memory is bounded and the order of the spans does not matter.
 */
export function createUnknownOperations(maxKinds = 20) {
  const entries = new Map<string, Entry>();
  let rest: Omit<Entry, "operation" | "service"> | undefined;
  let last = "";

  function fold({ where, count }: Omit<Entry, "operation" | "service">): void {
    rest ??= { where, count: 0 };
    rest.count += count;
    if (where < rest.where) rest.where = where;
  }

  return {
    add(operation: string, service: string, where: string): void {
      const name = JSON.stringify([operation, service]);
      const known = entries.get(name);
      if (known) {
        known.count += 1;
        if (where < known.where) known.where = where;
        return;
      }
      if (entries.size === maxKinds && name > last) {
        fold({ where, count: 1 });
        return;
      }
      entries.set(name, { operation, service, where, count: 1 });
      if (entries.size > maxKinds) {
        const evicted = entries.get(last);
        if (evicted) fold(evicted);
        entries.delete(last);
      }
      last = [...entries.keys()].reduce((a, b) => (a > b ? a : b));
    },

    list(): Problem[] {
      const named = [...entries.values()].map(({ operation, service, where, count }) => ({
        what: `The operation ${shown(operation)} is not known; spans of ${shown(service)} that have it are left out.`,
        where,
        count,
      }));
      const others = "The operations of more spans are not known; they are left out.";
      return rest ? [...named, { what: others, ...rest }] : named;
    },
  };
}

function shown(text: string): string {
  const cut = text.length > maxLength ? `${text.slice(0, maxLength)}…` : text;
  return escapeControls(cut);
}
