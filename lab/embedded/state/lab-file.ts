import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { z } from "zod";
import { HoldupError } from "../../../core/errors.ts";

/** In the order in which they are stopped: who sends orders first, then services, which commit and flush; Redis goes last. */
export const processKinds = ["console", "service", "trace-store", "kafka", "redis"] as const;

const identity = { pid: z.number().int().positive(), startTime: z.string() };

const processEntry = z.object({
  /** Also the name of its log: `processing-service-2`. */
  name: z.string(),
  kind: z.enum(processKinds),
  /** The service it is a replica of; for the rest, its name again. */
  service: z.string(),
  /** Absent between a crash and the next attempt. */
  running: z.object({ ...identity, sinceMs: z.number() }).optional(),
  /** ready; starting: runs, has not been ready yet; pausing: crashed, comes back; stopped: was told to stop. */
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
  /** Partitions of each topic as it is, whatever HOLDUP_PARTITIONS says; empty until Kafka has told. */
  partitionsOf: z.record(z.string(), z.number()).default({}),
  brokers: z.array(z.string()),
  redisUrl: z.string(),
  jaegerUrl: z.string(),
  /** Absent in the list of a version that had no console. */
  consoleUrl: z.string().optional(),
  otlpEndpoint: z.string(),
  host: z.string(),
  /** HOLDUP_ and OTEL_ variables that it was started with. */
  settings: z.record(z.string(), z.string()).default({}),
  processes: z.array(processEntry),
});

export type ProcessEntry = z.output<typeof processEntry>;
export type LabFile = z.output<typeof labFile>;

/**
 * The lab as its supervisor last wrote it, or undefined when none has been started.
 *
 * @throws HoldupError HOLDUP_INTERNAL when the file is not a lab's, such as one of another version
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

/** Replaces the file as a whole, within this turn of the loop; only its owner may read it, for it holds the token. */
export function writeLabFile(path: string, lab: LabFile): void {
  const partial = partialOf(path);
  writeFileSync(partial, `${JSON.stringify(lab, undefined, 2)}\n`, { mode: 0o600 });
  renameSync(partial, path);
}

export function removeLabFile(path: string): void {
  rmSync(path, { force: true });
  rmSync(partialOf(path), { force: true });
}
