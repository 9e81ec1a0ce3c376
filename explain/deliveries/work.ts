import { maxOf, minOf } from "../extremes.ts";
import { parentOf } from "../spans/shared-ids.ts";
import { nsPerMs, type Row, type Trace } from "../spans/trace.ts";
import { compareText } from "../waits/run.ts";
import type { Work } from "./delivery.ts";

const childrenOf = new WeakMap<Trace, ReadonlyMap<Row | undefined, readonly Row[]>>();

/** Finds the children of a trace's rows. */
export function createChildren(trace: Trace): (row: Row) => readonly Row[] {
  const children = childrenOf.get(trace) ?? Map.groupBy(trace.rows, (row) => parentOf(trace, row));
  childrenOf.set(trace, children);
  return (row) => children.get(row) ?? [];
}

/** Finds all descendants of a row down to where messages are sent or handled; `inner` are rows of the same handling. */
export function createDescendants() {
  return (trace: Trace, top: Row, inner: readonly Row[] = []): Row[] => {
    const within = new Set(inner);
    const children = createChildren(trace);
    const found = new Set<Row>();
    const open = [top];
    for (let at = open.pop(); at; at = open.pop()) {
      for (const child of children(at)) {
        if ((child.message && !within.has(child)) || child === top || found.has(child)) continue;
        found.add(child);
        open.push(child);
      }
    }
    return [...found];
  };
}

const maxWork = 5;
/** `resource.memory.*_mb` is in MiB. */
const bytesPerMb = 1024 * 1024;

/** The work of a run: Holdup's operations, or for other systems the leaf spans, joined by name. */
export function workOf(rows: readonly Row[]): Work[] {
  const ours = rows.flatMap(({ name, work, startNs, endNs }): Work[] => {
    if (!work) return [];
    const { operation, intensity, queueMs, cpuMs, memoryMb } = work;
    return [
      {
        name,
        operation,
        intensity,
        ns: endNs - startNs,
        queueNs: Math.round(queueMs * nsPerMs),
        cpuNs: cpuMs === undefined ? undefined : Math.round(cpuMs * nsPerMs),
        memoryBytes: memoryMb === undefined ? undefined : Math.round(memoryMb * bytesPerMb),
      },
    ];
  });
  if (ours.length > 0) return ours.sort(longestFirst);
  const parents = new Set(rows.map(({ parentSpanId }) => parentSpanId));
  const leaves = Map.groupBy(
    rows.filter(({ spanId, message }) => !message && !parents.has(spanId)),
    ({ name }) => name,
  );
  return [...leaves]
    .map(([name, ofName]) => ({
      name,
      operation: undefined,
      intensity: undefined,
      ns: coveredNs(ofName),
      queueNs: 0,
      cpuNs: undefined,
      memoryBytes: undefined,
    }))
    .sort(longestFirst)
    .slice(0, maxWork);
}

/** Time during which at least one of the rows was running. */
function coveredNs(rows: readonly Row[]): number {
  let [ns, untilNs] = [0, Number.NEGATIVE_INFINITY];
  for (const { startNs, endNs } of rows.toSorted((a, b) => a.startNs - b.startNs)) {
    ns += Math.max(0, endNs - Math.max(startNs, untilNs));
    untilNs = Math.max(untilNs, endNs);
  }
  return ns;
}

function longestFirst(a: Work, b: Work): number {
  return b.ns - a.ns || compareText(a.name, b.name);
}

/** Time from the start of the first attempt to the start of the last one, ns. */
export function retryOf(rows: readonly Row[]): number {
  const attempts = rows.filter(({ attempt }) => attempt !== undefined).map(({ startNs }) => startNs);
  return attempts.length > 1 ? maxOf(attempts) - minOf(attempts) : 0;
}
