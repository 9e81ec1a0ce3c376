import { alignCells, fits, orDash } from "../../explain/text/layout.ts";
import type { Sample } from "./samples.ts";

/** Four significant digits, as the docker command writes sizes: 143.1MiB, 1GiB. */
function size(bytes: number, base: number, units: readonly string[]): string {
  let value = bytes;
  let unit = 0;
  while (value >= base && unit < units.length - 1) {
    value /= base;
    unit += 1;
  }
  return `${Number(value.toPrecision(4))}${units[unit]}`;
}

const binary = (bytes: number) => size(bytes, 1024, ["B", "KiB", "MiB", "GiB", "TiB"]);
/** Three significant digits and decimal units, for traffic. */
function decimal(bytes: number | undefined): string {
  if (bytes === undefined) return "-";
  const rounded = bytes === 0 ? 0 : Number(bytes.toPrecision(3));
  return size(rounded, 1000, ["B", "kB", "MB", "GB", "TB"]);
}

function pair(first: number | undefined, second: number | undefined): string {
  return first === undefined && second === undefined ? "-" : `${decimal(first)} / ${decimal(second)}`;
}

type Column = {
  readonly title: string;
  readonly cell: (sample: Sample) => string;
  readonly isTraffic?: boolean;
};

const columns: readonly Column[] = [
  { title: "NAME", cell: ({ name }) => name },
  { title: "CPU %", cell: ({ cpuPercent }) => `${cpuPercent.toFixed(2)}%` },
  {
    title: "MEM USAGE / LIMIT",
    cell: ({ memoryBytes, memoryLimitBytes }) => `${binary(memoryBytes)} / ${binary(memoryLimitBytes)}`,
  },
  { title: "MEM %", cell: ({ memoryPercent }) => `${memoryPercent.toFixed(2)}%` },
  {
    title: "NET I/O",
    cell: ({ netReceivedBytes, netSentBytes }) => pair(netReceivedBytes, netSentBytes),
    isTraffic: true,
  },
  {
    title: "BLOCK I/O",
    cell: ({ blockReadBytes, blockWrittenBytes }) => pair(blockReadBytes, blockWrittenBytes),
    isTraffic: true,
  },
  { title: "PIDS", cell: ({ pids }) => orDash(pids, String) },
];

/** The table of `docker stats`, without container ids, and without network and disk where they do not fit. */
export function statsTable(samples: readonly Sample[], width: number): string {
  const cells = (shown: readonly Column[]) => [
    shown.map(({ title }) => title),
    ...samples.map((sample) => shown.map(({ cell }) => cell(sample))),
  ];
  const draw = (shown: readonly Column[]) => alignCells(cells(shown), [...shown.keys()], { gap: 3 });
  const whole = draw(columns);
  return (fits(whole, width) ? whole : draw(columns.filter(({ isTraffic }) => !isTraffic))).join("\n");
}
