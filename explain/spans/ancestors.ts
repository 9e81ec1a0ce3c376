import type { Row } from "./trace.ts";

/**
 * Finds the nearest row above another one that matches; undefined at the top or in a cycle. Results are kept for all rows on
 * the way, so each row is visited once, however deep the trace.
 */
export function createSearchUp(matches: (row: Row) => boolean): (row: Row) => Row | undefined {
  const foundFor = new Map<Row, Row | undefined>();
  return (row) => {
    // The usual case needs no path.
    const { above } = row;
    if (!above) return undefined;
    if (matches(above)) return above;
    const path = new Set<Row>();
    let at = row;
    let found: Row | undefined;
    while (!path.has(at)) {
      if (foundFor.has(at)) {
        found = foundFor.get(at);
        break;
      }
      path.add(at);
      if (!at.above) break;
      if (matches(at.above)) {
        found = at.above;
        break;
      }
      at = at.above;
    }
    for (const passed of path) foundFor.set(passed, found);
    return found;
  };
}
