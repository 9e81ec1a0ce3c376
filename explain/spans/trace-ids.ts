import type { ProblemLog } from "../problem-log.ts";

const idDigits = 32;
const lowerHalf = idDigits / 2;
const noUpperHalf = "0".repeat(lowerHalf);

/**
 * Tracers that know only 64 bits of a trace id drop its upper half. Returns the 128-bit id for each 64-bit id whose lower half
 * it alone has.
 */
export function joinedIds(ids: Iterable<string>, gaps: ProblemLog): ReadonlyMap<string, string> {
  const all = [...ids];
  const short = all.filter(isShort);
  if (short.length === 0 || short.length === all.length) return new Map();
  const byLowerHalf = indexed(all);
  const joined = new Map<string, string>();
  for (const id of short) {
    const long = byLowerHalf.get(id.slice(lowerHalf));
    if (long === ambiguous) {
      gaps.add(
        "A 64-bit trace id belongs to several traces with 128-bit ids; it is joined with none.",
        `trace ${id}`,
      );
    } else if (long !== undefined) joined.set(id, long);
  }
  return joined;
}

/** Finds a trace by an id of which only 64 bits may be known, here or there. */
export function createTraceLookup<T>(traces: ReadonlyMap<string, T>): (id: string) => T | undefined {
  let byLowerHalf: ReadonlyMap<string, string> | undefined;
  return (id) => {
    const found = traces.get(id);
    if (found || id.length !== idDigits) return found;
    if (!isShort(id)) return traces.get(noUpperHalf + id.slice(lowerHalf));
    byLowerHalf ??= indexed(traces.keys());
    return traces.get(byLowerHalf.get(id.slice(lowerHalf)) ?? "");
  };
}

const ambiguous = "";

/** 128-bit ids by their lower halves. */
function indexed(ids: Iterable<string>): ReadonlyMap<string, string> {
  const byLowerHalf = new Map<string, string>();
  for (const id of ids) {
    if (id.length !== idDigits || isShort(id)) continue;
    const half = id.slice(lowerHalf);
    byLowerHalf.set(half, byLowerHalf.has(half) ? ambiguous : id);
  }
  return byLowerHalf;
}

function isShort(id: string): boolean {
  return id.length === idDigits && id.startsWith(noUpperHalf);
}
