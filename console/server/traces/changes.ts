/** Entries of `after` that `before` lacks or has otherwise. */
export function changesBetween<T extends object>(
  before: ReadonlyMap<string, T>,
  after: ReadonlyMap<string, T>,
): T[] {
  if (before === after) return [];
  return [...after].flatMap(([id, now]) => {
    const was = before.get(id);
    return was !== undefined && isSame(was, now) ? [] : [now];
  });
}

/** Whether two plain values are written alike; the order of fields counts for nothing. */
function isSame(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  const names = Object.keys(a);
  if (names.length !== Object.keys(b).length) return false;
  const [left, right]: Record<string, unknown>[] = [{ ...a }, { ...b }];
  return names.every((name) => isSame(left?.[name], right?.[name]));
}
