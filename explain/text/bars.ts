import type { Bar } from "../drawing.ts";

/** A stretch of time as terminal cells: `cells` cells of `cellNs` each, starting at `fromNs`. */
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

export function intensityOf({ work }: Pick<Bar, "work">): Intensity {
  return intensities.find((one) => one === work?.intensity) ?? "unknown";
}

/**
 * Runs as bars in one row of cells. A cell shows its most severe run; among equals, the one that fills most of it. A bar that
 * is longer than its order's number starts with that number.
 *
 *     1██████████2██ ░3▓▓▓
 */
export function bars(runs: readonly Bar[], grid: Grid): Cell[] {
  const owners: ({ run: Bar; rank: number; ns: number } | undefined)[] = [];
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
    const label = run ? barLabel(run) : "";
    if (label.length < to - from) {
      [...label].forEach((text, n) => {
        cells[from + n] = { text, intensity: cells[from + n]?.intensity };
      });
    }
    from = to;
  }
  return cells;
}

/** `3` for `order 3`. */
function barLabel({ order }: Bar): string {
  const name = order.replace(/^order /, "");
  return /^[\w-]+$/.test(name) ? name : "";
}

/** Spreads the runs of one partition over at most `most` rows without overlaps; the last row holds all others. */
export function rowsOf(runs: readonly Bar[], most: number): Bar[][] {
  const rows: { runs: Bar[]; endNs: number }[] = [];
  const seen = new Set<string>();
  for (const run of runs.toSorted((a, b) => a.startedAtNs - b.startedAtNs)) {
    // Messages of a batch share a run.
    const id = `${run.traceId} ${run.spanId}`;
    if (run.startedAtNs === run.endedAtNs && run.spanId === "") continue;
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

/** The average number of waiting messages in each cell. */
export function depths(deliveries: readonly Bar[], grid: Grid): number[] {
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

/** Queue depths as a line of blocks; the highest block stands for `most` or more. */
export function sparkline(values: readonly number[], most: number): string {
  return values
    .map((value) => {
      const level = Math.ceil((value / most) * levels.length) - 1;
      return value < 0.5 ? " " : (levels[level] ?? levels.at(-1));
    })
    .join("");
}

/** Calls `each` for every cell that a period touches, at least one, with the part of the period in that cell. */
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

const nsPerSecond = 1e9;
const steps = [
  ...[0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 30],
  ...[1, 2, 5, 10, 20, 30, 60, 120, 360, 720, 1440].map((minutes) => minutes * 60),
];
/** Fits the longest label and a gap. */
const minColumns = 10;

/** A time axis of `columns` from 0 to `lengthNs`; each label starts at the column of its time. */
export function timeAxis(lengthNs: number, columns: number): string {
  const columnNs = lengthNs / columns;
  const fine = steps.find((seconds) => (seconds * nsPerSecond) / columnNs >= minColumns);
  const stepNs = (fine ?? Math.ceil((minColumns * columnNs) / nsPerSecond / 86_400) * 86_400) * nsPerSecond;
  let line = "";
  for (let atNs = 0; atNs < lengthNs; atNs += stepNs) {
    const label = `╷${timeLabel(atNs / nsPerSecond)}`;
    const column = Math.floor(atNs / columnNs);
    if (column + label.length <= columns) line = line.padEnd(column) + label;
  }
  return line;
}

function timeLabel(seconds: number): string {
  if (seconds > 0 && seconds < 1) return `${Math.round(seconds * 1000)} ms`;
  if (seconds < 120) return `${Number(seconds.toFixed(3))} s`;
  const minutes = Math.floor(seconds / 60);
  const rest = Math.round(seconds - minutes * 60);
  if (minutes < 120) return rest === 0 ? `${minutes} min` : `${minutes}:${String(rest).padStart(2, "0")} min`;
  const hours = Math.floor(minutes / 60);
  return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60}`;
}
