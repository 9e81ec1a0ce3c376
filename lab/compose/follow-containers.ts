import { createInterface } from "node:readline";
import { PassThrough } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";
import type Docker from "dockerode";
import type { LogEntry } from "../logs/log-entry.ts";
import type { Container } from "./compose-project.ts";
import { entriesOf } from "./log-entries.ts";

/** Held back for so long, because another container may still be writing a line that is older. */
const settleMs = 300;
const lookEveryMs = 1000;

type Stream = NodeJS.ReadableStream & { destroy?: () => void };

/** Both outputs of a container as one stream of lines, each after its time. */
function linesIn(engine: Docker, both: Stream): AsyncIterable<string> {
  const text = new PassThrough();
  engine.modem.demuxStream(both, text, text);
  for (const end of ["end", "close", "error"]) both.once(end, () => text.end());
  return createInterface({ input: text });
}

/**
 * What containers write from `fromMs` on, in the order of its times, until the signal; also of containers that come later or are started
 * again.
 */
export async function* followContainers(
  engine: Docker,
  list: () => Promise<readonly Container[]>,
  fromMs: number,
  signal: AbortSignal,
): AsyncGenerator<LogEntry> {
  const held: LogEntry[] = [];
  const followed = new Map<string, Stream>();
  /** Where the next stream of a container begins; a stream ends with its container. */
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

  let lookedMs = Number.NEGATIVE_INFINITY;
  while (!signal.aborted) {
    if (performance.now() - lookedMs >= lookEveryMs) {
      lookedMs = performance.now();
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
