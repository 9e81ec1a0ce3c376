import type Docker from "dockerode";
import { z } from "zod";
import { withoutCache } from "../../shared/report/usage.ts";
import type { Reading } from "./samples.ts";

const count = z.number().nonnegative().default(0);

/** The fields of the engine's answer that are used: https://docs.docker.com/reference/api/engine/ (container stats). */
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

/** Used memory from the engine's figures. The file cache is `total_inactive_file` in cgroups version 1, else `inactive_file`. */
export function usedMemoryBytes(usage: number, stats: Readonly<Record<string, number>>): number {
  const ofVersion1 = stats["total_inactive_file"];
  const isUsable = ofVersion1 !== undefined && ofVersion1 < usage;
  return withoutCache(usage, isUsable ? ofVersion1 : (stats["inactive_file"] ?? 0));
}

type ContainerName = { readonly name: string; readonly service: string; readonly id: string };

/** The engine's statistics as a reading; undefined for a container that does not run. */
export function containerReading(container: ContainerName, answer: unknown): Reading | undefined {
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

/** A reading of each container that runs, by its id or name; `one-shot` because samples come from two of our own readings. */
export async function readContainers(
  engine: Docker,
  containers: readonly ContainerName[],
): Promise<readonly Reading[]> {
  const readings = await Promise.all(
    containers.map(async ({ id, name, service }) => {
      const answer: unknown = await engine
        .getContainer(id)
        .stats({ stream: false, "one-shot": true })
        .catch(() => undefined);
      return containerReading({ id, name, service }, answer) ?? [];
    }),
  );
  return readings.flat();
}
