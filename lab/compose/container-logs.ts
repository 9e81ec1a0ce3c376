import { once } from "node:events";
import { createInterface } from "node:readline";
import { PassThrough, type Readable } from "node:stream";
import type Docker from "dockerode";
import { HoldupError } from "../../shared/errors.ts";
import type { LogEntry } from "../logs/entry.ts";
import type { LogSource } from "../logs/log-source.ts";
import { nearest } from "../nearest.ts";
import { entriesOf } from "./log-entries.ts";
import type { Container } from "./project.ts";

const settleMs = 300;

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

/** Both outputs of a container as one stream of lines, each after its time. */
function linesIn(engine: Docker, both: NodeJS.ReadableStream): AsyncIterable<string> {
  const text = new PassThrough();
  engine.modem.demuxStream(both, text, text);
  both.once("end", () => text.end());
  both.once("close", () => text.end());
  return createInterface({ input: text });
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

async function entriesIn(engine: Docker, { id, name }: Container): Promise<LogEntry[]> {
  const frames = await engine.getContainer(id).logs({ stdout: true, stderr: true, timestamps: true });
  return entriesOf(name, textIn(frames).split("\n"));
}

/** Logs of containers as their engine keeps them, also of former runs of the same container. */
export function containerLogs(engine: Docker, containers: readonly Container[]): LogSource {
  let behind = Date.now();
  return {
    isEmpty: containers.length === 0,
    async newest(count, isWanted) {
      behind = Date.now();
      const all = await Promise.all(containers.map((one) => entriesIn(engine, one)));
      const entries = all.flat().filter((entry) => isWanted(entry));
      return entries.sort((a, b) => a.timeMs - b.timeMs).slice(Math.max(0, entries.length - count));
    },
    async *follow(signal) {
      const held: LogEntry[] = [];
      const streams = await Promise.all(
        containers.map(async ({ id, name }) => {
          const since = behind / 1000;
          const read = { stdout: true, stderr: true, timestamps: true, follow: true, since } as const;
          const stream = await engine.getContainer(id).logs(read);
          void (async () => {
            for await (const line of linesIn(engine, stream)) held.push(...entriesOf(name, [line]));
          })();
          return stream;
        }),
      );
      while (!signal.aborted) {
        await Promise.race([new Promise((resolve) => setTimeout(resolve, settleMs)), once(signal, "abort")]);
        held.sort((a, b) => a.timeMs - b.timeMs);
        yield* held.splice(0, held.length);
      }
      for (const stream of streams) if (isDestroyable(stream)) stream.destroy();
    },
  };
}

function isDestroyable(stream: NodeJS.ReadableStream): stream is Readable {
  return "destroy" in stream;
}
