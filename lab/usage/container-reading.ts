import { z } from "zod";
import type { Reading } from "./reading.ts";

const count = z.number().nonnegative().default(0);

/** The part of the engine's answer that is used: https://docs.docker.com/reference/api/engine/ (container stats). */
const statsSchema = z.object({
  read: z.string(),
  cpu_stats: z.object({
    cpu_usage: z.object({ total_usage: count, percpu_usage: z.array(z.number()).nullish() }),
    system_cpu_usage: z.number().optional(),
    online_cpus: z.number().optional(),
  }),
  memory_stats: z
    .object({ usage: count, limit: count, stats: z.record(z.string(), z.number()).nullish() })
    .default({ usage: 0, limit: 0 }),
  pids_stats: z.object({ current: z.number().optional() }).default({}),
  networks: z.record(z.string(), z.object({ rx_bytes: count, tx_bytes: count })).nullish(),
  blkio_stats: z
    .object({
      io_service_bytes_recursive: z.array(z.object({ op: z.string(), value: z.number() })).nullish(),
    })
    .default({}),
});

/**
 * Memory without the file cache that the kernel may drop, as the docker command shows it. Version 1 of cgroups calls that
 * `total_inactive_file`, version 2 `inactive_file`; a figure that is larger than all of it is not taken off.
 */
export function usedMemoryBytes(usage: number, stats: Readonly<Record<string, number>>): number {
  const ofVersion1 = stats["total_inactive_file"];
  if (ofVersion1 !== undefined && ofVersion1 < usage) return usage - ofVersion1;
  const ofVersion2 = stats["inactive_file"] ?? 0;
  return ofVersion2 < usage ? usage - ofVersion2 : usage;
}

/** The engine's statistics as a reading; undefined of a container that does not run, which has none. */
export function containerReading(
  container: { readonly name: string; readonly service: string; readonly id: string },
  answer: unknown,
): Reading | undefined {
  const { data } = statsSchema.safeParse(answer);
  if (!data || data.memory_stats.usage === 0) return undefined;
  const { cpu_usage, system_cpu_usage, online_cpus } = data.cpu_stats;
  const cores = online_cpus || cpu_usage.percpu_usage?.length;
  const networks = Object.values(data.networks ?? {});
  const moved = (op: string) =>
    (data.blkio_stats.io_service_bytes_recursive ?? [])
      .filter((entry) => entry.op.toLowerCase() === op)
      .reduce((sum, { value }) => sum + value, 0);
  return {
    ...container,
    timeMs: Date.parse(data.read),
    cpuNs: cpu_usage.total_usage,
    ...(system_cpu_usage !== undefined && cores ? { machine: { cpuNs: system_cpu_usage, cores } } : {}),
    memoryBytes: usedMemoryBytes(data.memory_stats.usage, data.memory_stats.stats ?? {}),
    memoryLimitBytes: data.memory_stats.limit,
    net: {
      receivedBytes: networks.reduce((sum, { rx_bytes }) => sum + rx_bytes, 0),
      sentBytes: networks.reduce((sum, { tx_bytes }) => sum + tx_bytes, 0),
    },
    block: { readBytes: moved("read"), writtenBytes: moved("write") },
    pids: data.pids_stats.current,
  };
}
