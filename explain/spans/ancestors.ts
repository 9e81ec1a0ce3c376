import { parentOf } from "./shared-ids.ts";
import type { Row, Trace } from "./trace.ts";

type Search = (trace: Trace, row: Row) => Row | undefined;

/**
 * Finds the nearest ancestor of a row that matches; undefined at a missing parent or in a cycle. Results are kept for all rows
 * on the way, so each row is visited once, however deep the trace.
 */
export function createSearchUp(matches: (row: Row) => boolean): Search {
  const foundFor = new Map<Row, Row | undefined>();
  return (trace, row) => {
    const path = new Set<Row>();
    let at = row;
    let found: Row | undefined;
    while (!path.has(at)) {
      if (foundFor.has(at)) {
        found = foundFor.get(at);
        break;
      }
      path.add(at);
      const parent = parentOf(trace, at);
      if (!parent) break;
      if (matches(parent)) {
        found = parent;
        break;
      }
      at = parent;
    }
    for (const passed of path) foundFor.set(passed, found);
    return found;
  };
}

/** Finds the start of the root of a row, which may be the row itself; in a cycle, the earliest start. */
export function createRoots(): (trace: Trace, row: Row) => number {
  const rootNsOf = new Map<Row, number>();
  return (trace, row) => {
    const path = new Set<Row>();
    let at = row;
    let rootNs = rootNsOf.get(at);
    while (rootNs === undefined) {
      path.add(at);
      const parent = parentOf(trace, at);
      if (!parent) rootNs = at.startNs;
      else if (path.has(parent)) rootNs = earliestOf(path, parent);
      else {
        at = parent;
        rootNs = rootNsOf.get(at);
      }
    }
    for (const passed of path) rootNsOf.set(passed, rootNs);
    return rootNs;
  };
}

/** Earliest start on a path, from a row to the end. */
function earliestOf(path: Iterable<Row>, from: Row): number {
  let earliest = from.startNs;
  let isWithin = false;
  for (const row of path) {
    isWithin ||= row === from;
    if (isWithin) earliest = Math.min(earliest, row.startNs);
  }
  return earliest;
}
