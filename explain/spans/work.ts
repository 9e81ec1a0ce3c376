import { compareText } from "../waits/run.ts";
import { type Below, nsPerMs, type WholeRow, type Work } from "./trace.ts";

const maxWork = 5;
/** `resource.memory.*_mb` is in MiB. */
const bytesPerMb = 1024 * 1024;

/** The work that rows show: Holdup's operations, or for other systems the leaf spans, joined by name; the longest first. */
export function workOf(rows: readonly WholeRow[], leaves: readonly WholeRow[]): Work[] {
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
  return [...Map.groupBy(leaves, ({ name }) => name)]
    .map(([name, ofName]) => foreignWork(name, coveredNs(ofName)))
    .sort(longestFirst)
    .slice(0, maxWork);
}

function foreignWork(name: string, ns: number): Work {
  return {
    name,
    operation: undefined,
    intensity: undefined,
    ns,
    queueNs: 0,
    cpuNs: undefined,
    memoryBytes: undefined,
  };
}

/** The work of a handling that several spans show, one inside the other. */
export function joinedWork(parts: readonly Below[]): readonly Work[] {
  const [only] = parts;
  if (only && parts.length === 1) return only.work;
  const all = parts.flatMap(({ work }) => work);
  const ours = all.filter(({ operation }) => operation !== undefined);
  if (ours.length > 0) return ours.sort(longestFirst);
  return [...Map.groupBy(all, ({ name }) => name)]
    .map(([name, ofName]) =>
      foreignWork(
        name,
        ofName.reduce((sum, { ns }) => sum + ns, 0),
      ),
    )
    .sort(longestFirst)
    .slice(0, maxWork);
}

/** Time from the start of the first attempt to the start of the last one, ns. */
export function retryOf(parts: readonly Below[]): number {
  const attempts = parts.flatMap((part) => part.attempts ?? []);
  const first = attempts.reduce((ns, { firstNs }) => Math.min(ns, firstNs), Number.POSITIVE_INFINITY);
  const last = attempts.reduce((ns, { lastNs }) => Math.max(ns, lastNs), Number.NEGATIVE_INFINITY);
  return Math.max(0, last - first);
}

/** Time during which at least one of the rows was running. */
function coveredNs(rows: readonly WholeRow[]): number {
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
