import type { DeliveryFinding } from "../explanation.ts";

/** Part of a time line: from `fromNs`, so many cells of so many nanoseconds. */
export type Grid = { readonly fromNs: number; readonly cellNs: number; readonly cells: number };

const intensities = ["severe", "heavy", "medium", "light", "unknown"] as const;
export type Intensity = (typeof intensities)[number];

export const fills: Readonly<Record<Intensity, string>> = {
  severe: "█",
  heavy: "▓",
  medium: "▒",
  light: "░",
  unknown: "■",
};

export type Cell = { readonly text: string; readonly intensity: Intensity | undefined };

export function intensityOf({ work }: DeliveryFinding): Intensity {
  return intensities.find((one) => one === work?.intensity) ?? "unknown";
}

/**
 * Runs as bars in one row of cells: a cell shows the severest run in it, of equals the one that takes most of it, and a bar that is
 * longer than its order's number begins with it.
 *
 *     1██████████2██ ░3▓▓▓
 */
export function bars(runs: readonly DeliveryFinding[], grid: Grid): Cell[] {
  const owners: ({ run: DeliveryFinding; rank: number; ns: number } | undefined)[] = [];
  for (const run of runs) {
    const rank = intensities.indexOf(intensityOf(run));
    forCells(grid, run.startedAtNs, run.endedAtNs, (cell, ns) => {
      const owner = owners[cell];
      if (!owner || rank < owner.rank || (rank === owner.rank && ns > owner.ns))
        owners[cell] = { run, rank, ns };
    });
  }
  const cells: Cell[] = Array.from({ length: grid.cells }, (_, n) => {
    const owner = owners[n];
    if (!owner) return { text: " ", intensity: undefined };
    const intensity = intensityOf(owner.run);
    return { text: fills[intensity], intensity };
  });
  for (let from = 0; from < cells.length; ) {
    const run = owners[from]?.run;
    let to = from + 1;
    while (to < cells.length && owners[to]?.run === run) to += 1;
    const label = run ? labelOf(run) : "";
    if (label.length < to - from) {
      [...label].forEach((text, n) => {
        cells[from + n] = { text, intensity: cells[from + n]?.intensity };
      });
    }
    from = to;
  }
  return cells;
}

/** `order 3` is `3`. */
function labelOf({ order }: DeliveryFinding): string {
  const name = order.replace(/^order /, "");
  return /^[\w-]+$/.test(name) ? name : "";
}

/** Runs of one partition in rows within which none overlap; what overlaps beyond the last row stays in it. */
export function rowsOf(runs: readonly DeliveryFinding[], most: number): DeliveryFinding[][] {
  const rows: { runs: DeliveryFinding[]; endNs: number }[] = [];
  const seen = new Set<string>();
  for (const run of runs.toSorted((a, b) => a.startedAtNs - b.startedAtNs)) {
    // Messages of a batch share a run.
    const id = `${run.traceId} ${run.spanId}`;
    if (seen.has(id)) continue;
    seen.add(id);
    const free = rows.find(({ endNs }) => endNs <= run.startedAtNs + precisionNs);
    const row = free ?? (rows.length < most ? undefined : rows.at(-1));
    if (row) {
      row.runs.push(run);
      row.endNs = Math.max(row.endNs, run.endedAtNs);
    } else {
      rows.push({ runs: [run], endNs: run.endedAtNs });
    }
  }
  return rows.map((row) => row.runs);
}

/** Many tracing libraries start spans at whole milliseconds. */
const precisionNs = 2_000_000;

/** How many messages wait in each cell, on average. */
export function depths(deliveries: readonly DeliveryFinding[], grid: Grid): number[] {
  const waitedNs = new Array<number>(grid.cells).fill(0);
  for (const { availableAtNs, startedAtNs } of deliveries) {
    if (availableAtNs === undefined || availableAtNs >= startedAtNs) continue;
    forCells(grid, availableAtNs, startedAtNs, (cell, ns) => {
      waitedNs[cell] = (waitedNs[cell] ?? 0) + ns;
    });
  }
  return waitedNs.map((ns) => ns / grid.cellNs);
}

const levels = [..."▁▂▃▄▅▆▇"];

/** Depths as a line of blocks, the highest for `most` and beyond. */
export function sparkline(values: readonly number[], most: number): string {
  return values
    .map((value) => {
      const level = Math.ceil((value / most) * levels.length) - 1;
      return value < 0.5 ? " " : (levels[level] ?? levels.at(-1));
    })
    .join("");
}

/** Calls for each cell that a time touches, with the part of the time that is in it; at least for one. */
function forCells(
  { fromNs, cellNs, cells }: Grid,
  startNs: number,
  endNs: number,
  each: (cell: number, ns: number) => void,
): void {
  const within = (cell: number) => Math.min(cells - 1, Math.max(0, cell));
  const first = within(Math.floor((startNs - fromNs) / cellNs));
  const last = Math.max(first, within(Math.ceil((endNs - fromNs) / cellNs) - 1));
  for (let cell = first; cell <= last; cell += 1) {
    const cellFromNs = fromNs + cell * cellNs;
    each(cell, Math.max(0, Math.min(endNs, cellFromNs + cellNs) - Math.max(startNs, cellFromNs)));
  }
}
