import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { z } from "zod";
import { HoldupError } from "../../core/errors.ts";

/** In the order of stopping: first the console, which sends orders, then the services, which commit and flush; Redis last. */
export const processKinds = ["console", "service", "trace-store", "kafka", "redis"] as const;

const identity = { pid: z.number().int().positive(), startTime: z.string() };

const processEntry = z.object({
  /** Also the name of its log: `processing-service-2`. */
  name: z.string(),
  kind: z.enum(processKinds),
  /** Name of its service, for a replica; for other processes, the name again. */
  service: z.string(),
  /** Absent between a crash and the next attempt. */
  running: z.object({ ...identity, sinceMs: z.number() }).optional(),
  /** starting: runs, not ready yet; pausing: crashed, will be restarted; stopped: stopped on request. */
  state: z.enum(["starting", "ready", "pausing", "stopped"]),
  port: z.number().optional(),
  /** Name of the container whose `docker run` this process is. */
  container: z.string().optional(),
  restarts: z.number(),
  lastExit: z.string().optional(),
});

const labFile = z.object({
  version: z.literal(1),
  startedMs: z.number(),
  supervisor: z.object({ ...identity, port: z.number(), token: z.string() }),
  /** False until everything was ready once. */
  isUp: z.boolean(),
  portOffset: z.number(),
  /** Actual partitions of each topic, whatever HOLDUP_PARTITIONS is; empty until Kafka has answered. */
  partitionsOf: z.record(z.string(), z.number()).default({}),
  brokers: z.array(z.string()),
  redisUrl: z.string(),
  jaegerUrl: z.string(),
  /** Absent in files of versions without a console. */
  consoleUrl: z.string().optional(),
  otlpEndpoint: z.string(),
  host: z.string(),
  /** The HOLDUP_ and OTEL_ variables of its start. */
  settings: z.record(z.string(), z.string()).default({}),
  processes: z.array(processEntry),
});

export type ProcessEntry = z.output<typeof processEntry>;
export type LabFile = z.output<typeof labFile>;

/**
 * Reads the lab as its supervisor last wrote it; undefined when none has been started.
 *
 * @throws HoldupError HOLDUP_INTERNAL when the file is not a lab's process list, or another version's
 */
export function readLabFile(path: string): LabFile | undefined {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
  try {
    return labFile.parse(JSON.parse(text));
  } catch (thrown) {
    throw new HoldupError(
      "HOLDUP_INTERNAL",
      `${path} cannot be read as a lab's process list. Stop the lab with the version that started it, or remove the file.`,
      { cause: thrown },
    );
  }
}

const partialOf = (path: string) => `${path}.new`;

/** Replaces the file atomically and synchronously; only its owner may read it, because it contains the token. */
export function writeLabFile(path: string, lab: LabFile): void {
  const partial = partialOf(path);
  writeFileSync(partial, `${JSON.stringify(lab, undefined, 2)}\n`, { mode: 0o600 });
  renameSync(partial, path);
}

export function removeLabFile(path: string): void {
  rmSync(path, { force: true });
  rmSync(partialOf(path), { force: true });
}
