import { mebibytes, wholePercent } from "../../core/format.ts";
import { alignCells, orDash } from "../../explain/text/layout.ts";
import type { ProcessStatus, Status } from "./status.ts";

const widths = [23, 9, 7, 7, 8, 8, 6, 5] as const;

/** Compact, for a narrow column: `42s`, `5m07s`, `3h02m`, `4d7h`. */
function uptime(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  if (seconds < 60) return `${seconds}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}m${String(seconds % 60).padStart(2, "0")}s`;
  const hours = Math.floor(minutes / 60);
  return hours < 24
    ? `${hours}h${String(minutes % 60).padStart(2, "0")}m`
    : `${Math.floor(hours / 24)}d${hours % 24}h`;
}

function processCells(process: ProcessStatus): string[] {
  return [
    process.name,
    process.state,
    orDash(process.pid, String),
    orDash(process.uptimeMs, uptime),
    String(process.restarts),
    orDash(process.residentBytes, mebibytes),
    orDash(process.cpuPercent, wholePercent),
    orDash(process.port, String),
  ];
}

function sum(values: readonly (number | undefined)[]): number {
  return values.reduce<number>((total, value) => total + (value ?? 0), 0);
}

/** Each topic with its group: total lag, and the lag of every partition. */
function lagLines(lag: NonNullable<Status["lag"]>): string[] {
  const topics = [...new Set(lag.map(({ topic }) => topic))];
  return topics.map((topic) => {
    const partitions = lag.filter((row) => row.topic === topic).sort((a, b) => a.partition - b.partition);
    // More than eight partitions do not fit on a line.
    const each =
      partitions.length > 8
        ? ""
        : partitions.map(({ partition, lag: behind }) => `${partition}: ${behind}`).join("  ");
    const total = String(sum(partitions.map((row) => row.lag)));
    return `  ${topic.padEnd(17)} ${(partitions[0]?.group ?? "").padEnd(21)} ${total.padStart(7)}   ${each}`.trimEnd();
  });
}

/** `./holdup status` for people, in 80 columns unless names or ports are unusually long. */
export function statusTable(status: Status): string {
  const { processes, lag, deadLetters } = status;
  const rows = [
    ["process", "state", "pid", "up", "restarts", "RSS", "CPU", "port"],
    ...processes.map(processCells),
    [
      "total",
      "",
      "",
      "",
      String(sum(processes.map((p) => p.restarts))),
      mebibytes(sum(processes.map((p) => p.residentBytes))),
      wholePercent(sum(processes.map((p) => p.cpuPercent))),
    ],
  ];
  const lines = alignCells(rows, [0, 1], { minWidths: widths, gap: 1 });
  const inContainers = processes.filter(({ container }) => container !== undefined);
  if (status.way === "compose") {
    lines.push("  RSS and CPU as in docker stats: memory without droppable file cache");
  } else if (inContainers.length > 0) {
    const names = inContainers.map(({ name }) => name).join(" and ");
    lines.push(`  ${names}: RSS and CPU of the container, pid of docker run`);
  }
  for (const { name, lastExit } of processes) {
    if (lastExit !== undefined) lines.push(`  ${name} last ended: ${lastExit}`);
  }
  if (lag) {
    lines.push("", "Lag: messages waiting or being handled, in total and by partition", ...lagLines(lag));
  }
  if (deadLetters) {
    const dead = deadLetters.map(({ topic, messages }) => `${topic} ${messages}`);
    lines.push("", `Dead letters   ${dead.join("   ")}`);
  }
  if (status.kafkaError !== undefined) lines.push("", `Lag is unknown: ${status.kafkaError}`);
  lines.push(
    "",
    `Console        ${status.consoleUrl ?? "not listening"}`,
    `Order API      ${status.apiUrl ?? "not listening"}`,
    `Traces         ${status.jaegerUrl}`,
    `Kafka          ${status.brokers.join(",")}`,
  );
  if (!status.isSupervised) {
    lines.push(
      "",
      "The supervisor has died: crashed processes are not restarted. ./holdup start starts a new lab, ./holdup stop ends the remaining processes.",
    );
  }
  return lines.join("\n");
}
