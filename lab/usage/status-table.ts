import type { ProcessStatus, Status } from "../embedded/lab-status.ts";

const widths = [23, 9, 7, 7, 8, 8, 6, 5] as const;

function uptime(ms: number | undefined): string {
  if (ms === undefined) return "-";
  const seconds = Math.floor(ms / 1000);
  if (seconds < 60) return `${seconds}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}m${String(seconds % 60).padStart(2, "0")}s`;
  const hours = Math.floor(minutes / 60);
  return hours < 24
    ? `${hours}h${String(minutes % 60).padStart(2, "0")}m`
    : `${Math.floor(hours / 24)}d${hours % 24}h`;
}

const megabytes = (bytes: number | undefined) =>
  bytes === undefined ? "-" : `${Math.round(bytes / 1_048_576)} MB`;
const percent = (value: number | undefined) => (value === undefined ? "-" : `${Math.round(value)} %`);

/** Name and state to the left, numbers to the right. */
function row(cells: readonly string[]): string {
  return cells
    .map((cell, i) => (i < 2 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0)))
    .join(" ")
    .trimEnd();
}

function processRow(p: ProcessStatus): string {
  return row([
    p.name,
    p.state,
    String(p.pid ?? "-"),
    uptime(p.uptimeMs),
    String(p.restarts),
    megabytes(p.residentBytes),
    percent(p.cpuPercent),
    String(p.port ?? "-"),
  ]);
}

function sum(values: readonly (number | undefined)[]): number {
  return values.reduce<number>((total, value) => total + (value ?? 0), 0);
}

/** Each topic with its group: the lag of every partition, and of all. */
function lagLines(lag: NonNullable<Status["lag"]>): string[] {
  const topics = [...new Set(lag.map(({ topic }) => topic))];
  return topics.map((topic) => {
    const parts = lag.filter((part) => part.topic === topic).sort((a, b) => a.partition - b.partition);
    // Beyond eight partitions only the sum fits on a line.
    const each =
      parts.length > 8 ? "" : parts.map(({ partition, lag: behind }) => `${partition}: ${behind}`).join("  ");
    const total = String(sum(parts.map((part) => part.lag)));
    return `  ${topic.padEnd(17)} ${(parts[0]?.group ?? "").padEnd(21)} ${total.padStart(7)}   ${each}`.trimEnd();
  });
}

/** The whole of `./holdup status` for people; no line is longer than 80 columns while names and ports are usual. */
export function statusTable(status: Status): string {
  const { processes, lag, deadLetters } = status;
  const lines = [
    row(["process", "state", "pid", "up", "restarts", "RSS", "CPU", "port"]),
    ...processes.map(processRow),
    row([
      "total",
      "",
      "",
      "",
      String(sum(processes.map((p) => p.restarts))),
      megabytes(sum(processes.map((p) => p.residentBytes))),
      percent(sum(processes.map((p) => p.cpuPercent))),
    ]),
  ];
  const contained = processes.filter(({ container }) => container !== undefined);
  if (status.way === "compose") {
    lines.push("  RSS and CPU as docker stats counts them: memory without files that could be dropped");
  } else if (contained.length > 0) {
    const names = contained.map(({ name }) => name).join(" and ");
    lines.push(`  ${names}: RSS and CPU of the container, pid of its docker run`);
  }
  for (const { name, lastExit } of processes) {
    if (lastExit !== undefined) lines.push(`  ${name} last ended with: ${lastExit}`);
  }
  if (lag) {
    lines.push("", "Messages waiting, by topic and group, in all and by partition", ...lagLines(lag));
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
      "The supervisor is gone: what crashes stays down. ./holdup start begins anew, ./holdup stop ends the rest.",
    );
  }
  return lines.join("\n");
}
