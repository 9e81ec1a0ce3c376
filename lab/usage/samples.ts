import { setTimeout as delay } from "node:timers/promises";
import { z } from "zod";

/** Resources used by one process or container until now. Counters only grow while `id` stays the same. */
export type Reading = {
  /** `processing-service-2`, `kafka`. */
  readonly name: string;
  /** Name of its service, for a replica; for other processes, the name again. */
  readonly service: string;
  /** Changes with a restart. */
  readonly id: string;
  readonly timeMs: number;
  readonly cpuNs: number;
  /** CPU time of all the machine's cores until now, and their number: what `docker stats` divides by. */
  readonly machine?: { readonly cpuNs: number; readonly cores: number };
  /** As `docker stats` counts it, without droppable file cache; for a local process, resident memory. */
  readonly memoryBytes: number;
  /** The container's limit, or the machine's memory. */
  readonly memoryLimitBytes: number;
  readonly net: { readonly receivedBytes: number; readonly sentBytes: number } | undefined;
  readonly block: { readonly readBytes: number; readonly writtenBytes: number } | undefined;
  /** Threads, in all processes of a container: what the kernel limits, and `docker stats` calls PIDS. */
  readonly pids: number | undefined;
};

const bytes = z.number().nonnegative();

/** The columns of `docker stats`, for one container or process and the time since the previous reading. */
export const sampleSchema = z.object({
  time: z.iso.datetime(),
  name: z.string(),
  service: z.string(),
  /** Percent of one core. */
  cpuPercent: z.number().nonnegative(),
  memoryBytes: bytes,
  memoryLimitBytes: bytes,
  memoryPercent: z.number().nonnegative(),
  netReceivedBytes: bytes.optional(),
  netSentBytes: bytes.optional(),
  blockReadBytes: bytes.optional(),
  blockWrittenBytes: bytes.optional(),
  pids: z.number().int().nonnegative().optional(),
});

export type Sample = z.output<typeof sampleSchema>;

/**
 * CPU in percent of one core between two readings: by the machine's own CPU time where it is known, as in `docker stats`,
 * else by the clock.
 */
export function cpuPercent(before: Reading, now: Reading): number {
  const usedNs = now.cpuNs - before.cpuNs;
  const machineNs = now.machine && before.machine ? now.machine.cpuNs - before.machine.cpuNs : undefined;
  const coreNs =
    machineNs !== undefined && now.machine
      ? machineNs / now.machine.cores
      : (now.timeMs - before.timeMs) * 1_000_000;
  return usedNs > 0 && coreNs > 0 ? (usedNs / coreNs) * 100 : 0;
}

const rounded = (value: number) => Math.round(value * 100) / 100;

/** A sample from two readings; undefined when the process has just started or restarted: one reading shows no CPU. */
export function sampleOf(before: Reading | undefined, now: Reading): Sample | undefined {
  if (before?.id !== now.id) return undefined;
  const { name, service, memoryBytes, memoryLimitBytes, net, block, pids } = now;
  return {
    time: new Date(now.timeMs).toISOString(),
    name,
    service,
    cpuPercent: rounded(cpuPercent(before, now)),
    memoryBytes,
    memoryLimitBytes,
    memoryPercent: memoryLimitBytes > 0 ? rounded((memoryBytes / memoryLimitBytes) * 100) : 0,
    ...(net && { netReceivedBytes: net.receivedBytes, netSentBytes: net.sentBytes }),
    ...(block && { blockReadBytes: block.readBytes, blockWrittenBytes: block.writtenBytes }),
    ...(pids !== undefined && { pids }),
  };
}

/** Samples of every process that both sets of readings contain. */
export function samplesOf(before: readonly Reading[], now: readonly Reading[]): Sample[] {
  const earlier = new Map(before.map((reading) => [reading.name, reading]));
  return now.flatMap((reading) => sampleOf(earlier.get(reading.name), reading) ?? []);
}

const windowMs = 1000;

type Read = () => Promise<readonly Reading[]>;

/** One sample of every process by its name, over one second. */
export async function sampleOnce(read: Read): Promise<ReadonlyMap<string, Sample>> {
  const before = await read();
  await delay(windowMs);
  const samples = samplesOf(before, await read());
  return new Map(samples.map((sample) => [sample.name, sample]));
}

/** Samples of every process once a second, until the signal aborts. */
export async function* watchSamples(read: Read, signal: AbortSignal): AsyncGenerator<readonly Sample[]> {
  let before = await read();
  let dueMs = performance.now();
  while (!signal.aborted) {
    dueMs = Math.max(dueMs + windowMs, performance.now());
    await delay(dueMs - performance.now(), undefined, { signal }).catch(() => {});
    if (signal.aborted) return;
    const now = await read();
    const samples = samplesOf(before, now);
    before = now;
    if (samples.length > 0) yield samples;
  }
}
