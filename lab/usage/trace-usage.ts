import { readWholeTrace } from "../../console/server/jaeger-trace.ts";
import { createRedis } from "../../shared/redis.ts";
import { readUsage } from "../../shared/report/read-reports.ts";
import type { LabAddress } from "../lab.ts";
import type { Sample } from "./sample.ts";
import { type UsageOver, type UsagePoint, usageOver } from "./usage-over.ts";

const marginMs = 2000;
const bytesInMb = 1024 * 1024;

export type SpanUsage = {
  readonly service: string;
  readonly span: string;
  /** From the beginning of the trace. */
  readonly atMs: number;
  readonly tookMs: number;
  /** Of the threads that ran the operation, as its span says. */
  readonly ownCpuPercent: number | undefined;
  readonly ownMemoryBytes: number | undefined;
  /** Of the whole service meanwhile, as sampled. */
  readonly usage: UsageOver | undefined;
};

export type Around = {
  readonly traceId: string;
  readonly startedMs: number;
  readonly endedMs: number;
  /** All that was sampled over the trace's time: the replicas that took part; from a recording, all that ran. */
  readonly series: readonly {
    readonly name: string;
    readonly points: readonly UsagePoint[];
    readonly usage: UsageOver;
  }[];
  readonly spans: readonly SpanUsage[];
};

function pointsByName(samples: readonly Sample[]): Map<string, UsagePoint[]> {
  const byName = new Map<string, UsagePoint[]>();
  for (const { name, time, cpuPercent, memoryBytes } of samples) {
    const points = byName.get(name) ?? [];
    points.push({ atMs: Date.parse(time), cpuPercent, memoryBytes });
    byName.set(name, points);
  }
  return byName;
}

/** What the services themselves have kept of the last quarter of an hour. */
async function keptPoints(
  redisUrl: string,
  instances: readonly string[],
  window: { fromMs: number; toMs: number },
) {
  const redis = createRedis(redisUrl);
  try {
    const all = await Promise.all(
      instances.map(async (name) => {
        const kept = await readUsage(redis, name, window);
        const points = kept.map(({ atMs, cpuPercent, memoryMb }) => ({
          atMs,
          cpuPercent,
          memoryBytes: memoryMb * bytesInMb,
        }));
        return [name, points] as const;
      }),
    );
    return new Map(all);
  } finally {
    redis.disconnect();
  }
}

function numberIn(value: unknown): number | undefined {
  return typeof value === "number" ? value : undefined;
}

/**
 * Puts a trace and what its services used meanwhile side by side. `recorded`: samples of `--record`; without them, what the services
 * have kept.
 *
 * @throws ReadError when the trace cannot be read
 */
export async function lookAround(
  traceId: string,
  { jaegerUrl, redisUrl }: LabAddress,
  recorded: readonly Sample[] | undefined,
): Promise<Around> {
  const trace = await readWholeTrace(jaegerUrl, traceId);
  const startedMs = Math.min(...trace.spans.map(({ startedAtMs }) => startedAtMs));
  const endedMs = Math.max(...trace.spans.map(({ endedAtMs }) => endedAtMs));
  const window = { fromMs: startedMs - marginMs, toMs: endedMs + marginMs };
  const points = recorded ? pointsByName(recorded) : await keptPoints(redisUrl, trace.instances, window);
  const series = [...points].flatMap(([name, of]) => {
    const usage = usageOver(of, startedMs, endedMs);
    return usage
      ? [{ name, usage, points: of.filter(({ atMs }) => atMs >= startedMs && atMs <= endedMs + marginMs) }]
      : [];
  });
  const spans = trace.spans.map(({ service, name, startedAtMs, endedAtMs, attributes }) => {
    const instance = trace.instances.find((one) => one.startsWith(`${service}-`) || one === service);
    const memoryMb = numberIn(attributes["resource.memory.max_mb"]);
    return {
      service,
      span: name,
      atMs: startedAtMs - startedMs,
      tookMs: endedAtMs - startedAtMs,
      ownCpuPercent: numberIn(attributes["resource.cpu.avg"]),
      ownMemoryBytes: memoryMb === undefined ? undefined : memoryMb * bytesInMb,
      usage: usageOver(points.get(instance ?? "") ?? [], startedAtMs, endedAtMs),
    };
  });
  return { traceId, startedMs, endedMs, series, spans };
}
