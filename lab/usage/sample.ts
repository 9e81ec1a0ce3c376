import { z } from "zod";
import type { Reading } from "./reading.ts";

const bytes = z.number().nonnegative();

/** The columns of `docker stats`, of one container or process over the time since the sample before. */
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
 * CPU in percent of one core between two readings. By the machine's own count of time where it is known, as `docker stats` has it,
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

/** A sample from two readings; undefined for one that has just been started (again), of which one reading tells no load. */
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

/** Samples of all that is in both sets of readings. */
export function samplesOf(before: readonly Reading[], now: readonly Reading[]): Sample[] {
  const earlier = new Map(before.map((reading) => [reading.name, reading]));
  return now.flatMap((reading) => sampleOf(earlier.get(reading.name), reading) ?? []);
}
