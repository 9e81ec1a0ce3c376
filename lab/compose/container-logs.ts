import { createInterface } from "node:readline";
import { PassThrough } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";
import type Docker from "dockerode";
import { type LogEntry, type LogSource, parseEntry, plainLevel } from "../logs/log-entry.ts";
import { shortProcessName, unknownName } from "../settings/process-names.ts";
import type { Container } from "./compose-project.ts";

/** Delay before an entry is printed, because another container may still write an older one. */
const settleMs = 300;
const listEveryMs = 1000;

/**
 * The containers of a name: all replicas of a service, or one container.
 *
 * @throws HoldupError HOLDUP_USAGE that lists the names, when the name does not exist
 */
export function containersNamed(
  containers: readonly Container[],
  name: string | undefined,
): readonly Container[] {
  if (name === undefined) return containers;
  const ownName = name === "trace-store" ? "jaeger" : name;
  const found = containers.filter((one) =>
    [one.name, one.service, shortProcessName(one.service)].includes(ownName),
  );
  if (found.length > 0) return found;
  const services = [...new Set(containers.map(({ service }) => service))];
  throw unknownName({ noun: "log of", plural: "Logs" }, name, services);
}

/**
 * Entries from the lines of a container's log. Each line starts with a time from the engine; indented lines belong to the entry
 * before.
 */
export function entriesOf(source: string, lines: readonly string[]): LogEntry[] {
  const entries: LogEntry[] = [];
  for (const line of lines) {
    const at = line.indexOf(" ");
    if (at < 0) continue;
    const text = line.slice(at + 1);
    const last = entries.at(-1);
    if (last && /^\s/.test(text)) {
      entries[entries.length - 1] = { ...last, more: [...last.more, text] };
      continue;
    }
    const timeMs = Date.parse(line.slice(0, at));
    const plain = { source, timeMs, level: plainLevel(text), fields: undefined, text, more: [] };
    entries.push(parseEntry(source, text) ?? plain);
  }
  return entries;
}

/** Text of the engine's frames: a byte for the output, three empty ones, the length in four, then the text. */
function textIn(frames: Buffer): string {
  const texts: Buffer[] = [];
  for (let at = 0; at + 8 <= frames.length; ) {
    const end = at + 8 + frames.readUInt32BE(at + 4);
    texts.push(frames.subarray(at + 8, end));
    at = end;
  }
  return Buffer.concat(texts).toString("utf8");
}

async function entriesUntil(engine: Docker, { id, name }: Container, untilMs: number): Promise<LogEntry[]> {
  const options = { stdout: true, stderr: true, timestamps: true, until: untilMs / 1000 };
  const frames = await engine.getContainer(id).logs(options);
  return entriesOf(name, textIn(frames).split("\n"));
}

/** Logs of the listed containers as their engine stores them, with those of earlier runs of the same container. */
export async function containerLogs(
  engine: Docker,
  list: () => Promise<readonly Container[]>,
): Promise<LogSource> {
  const containers = await list();
  const untilMs = Date.now();
  return {
    isEmpty: containers.length === 0,
    async newest(count, isMatch) {
      const all = await Promise.all(containers.map((one) => entriesUntil(engine, one, untilMs)));
      const entries = all.flat().filter((entry) => isMatch(entry));
      return entries.sort((a, b) => a.timeMs - b.timeMs).slice(Math.max(0, entries.length - count));
    },
    follow: (signal) => followContainers(engine, list, untilMs, signal),
  };
}

type Stream = NodeJS.ReadableStream & { destroy?: () => void };

/** Both outputs of a container as one stream of lines, each with its time. */
function linesIn(engine: Docker, outputs: Stream): AsyncIterable<string> {
  const text = new PassThrough();
  engine.modem.demuxStream(outputs, text, text);
  for (const end of ["end", "close", "error"]) outputs.once(end, () => text.end());
  return createInterface({ input: text });
}

/**
 * What containers write from `fromMs` on, sorted by time, until the signal aborts; containers that appear later or are
 * restarted are followed as well.
 */
async function* followContainers(
  engine: Docker,
  list: () => Promise<readonly Container[]>,
  fromMs: number,
  signal: AbortSignal,
): AsyncGenerator<LogEntry> {
  const held: LogEntry[] = [];
  const followed = new Map<string, Stream>();
  /** Where the next stream of a container starts; a stream ends with its container. */
  const nextMs = new Map<string, number>();

  async function read({ id, name }: Container): Promise<void> {
    const since = (nextMs.get(id) ?? fromMs) / 1000;
    const options = { stdout: true, stderr: true, timestamps: true, follow: true, since } as const;
    const stream: Stream = await engine.getContainer(id).logs(options);
    followed.set(id, stream);
    for await (const line of linesIn(engine, stream)) {
      held.push(...entriesOf(name, [line]));
      nextMs.set(id, (Date.parse(line.slice(0, line.indexOf(" "))) || Date.now()) + 1);
    }
    followed.delete(id);
  }

  let listedMs = Number.NEGATIVE_INFINITY;
  while (!signal.aborted) {
    if (performance.now() - listedMs >= listEveryMs) {
      listedMs = performance.now();
      for (const container of await list().catch(() => [])) {
        if (container.state !== "running" || followed.has(container.id)) continue;
        void read(container).catch(() => followed.delete(container.id));
      }
    }
    await delay(settleMs, undefined, { signal }).catch(() => {});
    held.sort((a, b) => a.timeMs - b.timeMs);
    yield* held.splice(0, held.length);
  }
  for (const stream of followed.values()) stream.destroy?.();
}
