import type Docker from "dockerode";
import { HoldupError } from "../../core/errors.ts";
import type { LogEntry } from "../logs/log-entry.ts";
import type { LogSource } from "../logs/log-source.ts";
import { nearest } from "../settings/nearest.ts";
import type { Container } from "./compose-project.ts";
import { followContainers } from "./follow-containers.ts";
import { entriesOf } from "./log-entries.ts";

/**
 * The containers that a name means: all replicas of a service, or one.
 *
 * @throws HoldupError HOLDUP_USAGE that lists the names, when it is none
 */
export function containersNamed(
  containers: readonly Container[],
  name: string | undefined,
): readonly Container[] {
  if (name === undefined) return containers;
  const wanted = name === "trace-store" ? "jaeger" : name;
  const found = containers.filter((one) =>
    [one.name, one.service, one.service.replace("-service", "")].includes(wanted),
  );
  if (found.length > 0) return found;
  const known = [...new Set(containers.map(({ service }) => service))];
  const guess = nearest(name, known);
  throw new HoldupError(
    "HOLDUP_USAGE",
    `There is no log of "${name}"${guess ? `; did you mean ${guess}?` : "."} Logs: ${known.join(", ")}.`,
  );
}

/** The engine's frames: a byte for which output, three empty ones, the length in four, and what was written. */
function textIn(frames: Buffer): string {
  const parts: Buffer[] = [];
  for (let at = 0; at + 8 <= frames.length; ) {
    const end = at + 8 + frames.readUInt32BE(at + 4);
    parts.push(frames.subarray(at + 8, end));
    at = end;
  }
  return Buffer.concat(parts).toString("utf8");
}

async function entriesIn(engine: Docker, { id, name }: Container, untilMs: number): Promise<LogEntry[]> {
  const read = { stdout: true, stderr: true, timestamps: true, until: untilMs / 1000 };
  const frames = await engine.getContainer(id).logs(read);
  return entriesOf(name, textIn(frames).split("\n"));
}

/** Logs of the containers in a list, as their engine keeps them, also of former runs of the same container. */
export async function containerLogs(
  engine: Docker,
  list: () => Promise<readonly Container[]>,
): Promise<LogSource> {
  const containers = await list();
  const untilMs = Date.now();
  return {
    isEmpty: containers.length === 0,
    async newest(count, isWanted) {
      const all = await Promise.all(containers.map((one) => entriesIn(engine, one, untilMs)));
      const entries = all.flat().filter((entry) => isWanted(entry));
      return entries.sort((a, b) => a.timeMs - b.timeMs).slice(Math.max(0, entries.length - count));
    },
    follow: (signal) => followContainers(engine, list, untilMs, signal),
  };
}
