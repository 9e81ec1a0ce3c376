import { readWholeTrace } from "../../explain/read/whole-trace.ts";
import { createRedis } from "../../shared/redis.ts";
import { readUsage } from "../../shared/report/read-reports.ts";
import type { Sample } from "./samples.ts";
import { type UsageOver, type UsagePoint, usageOver } from "./usage-over.ts";

const marginMs = 2000;
const bytesInMb = 1024 * 1024;

type SpanUsage = {
  readonly service: string;
  readonly span: string;
  /** Since the start of the trace. */
  readonly atMs: number;
  readonly tookMs: number;
  /** CPU of the operation's own threads, from the span's attributes. */
  readonly ownCpuPercent: number | undefined;
  readonly ownMemoryBytes: number | undefined;
  /** Usage of the whole service during the span, from samples. */
  readonly usage: UsageOver | undefined;
};

export type TraceUsage = {
  readonly traceId: string;
  readonly startedMs: number;
  readonly endedMs: number;
  /** Samples during the trace: of the replicas that took part; with a recording, of every process in it. */
  readonly series: readonly {
    readonly name: string;
    readonly points: readonly UsagePoint[];
    readonly usage: UsageOver;
  }[];
  readonly spans: readonly SpanUsage[];
};

function pointsByName(samples: readonly Sample[]): Map<string, UsagePoint[]> {
  const byName = Map.groupBy(samples, ({ name }) => name);
  return new Map(
    [...byName].map(([name, own]) => [
      name,
      own.map(({ time, cpuPercent, memoryBytes }) => ({ atMs: Date.parse(time), cpuPercent, memoryBytes })),
    ]),
  );
}

/** The samples that the services themselves store in Redis for a quarter of an hour. */
async function storedPoints(
  redisUrl: string,
  instances: readonly string[],
  window: { fromMs: number; toMs: number },
): Promise<Map<string, UsagePoint[]>> {
  const redis = createRedis(redisUrl);
  try {
    const all = await Promise.all(
      instances.map(async (name) => {
        const stored = await readUsage(redis, name, window);
        const points = stored.map(({ atMs, cpuPercent, memoryMb }) => ({
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
 * Reads a trace and the usage of its services during it. `recorded`: samples of `stats --record`; without them, those that the
 * services have stored.
 *
 * @throws ReadError when the trace cannot be read
 */
export async function readTraceUsage(
  traceId: string,
  { jaegerUrl, redisUrl }: { readonly jaegerUrl: string; readonly redisUrl: string },
  recorded: readonly Sample[] | undefined,
): Promise<TraceUsage> {
  const trace = await readWholeTrace(jaegerUrl, traceId);
  const startedMs = Math.min(...trace.spans.map(({ startedAtMs }) => startedAtMs));
  const endedMs = Math.max(...trace.spans.map(({ endedAtMs }) => endedAtMs));
  const window = { fromMs: startedMs - marginMs, toMs: endedMs + marginMs };
  const points = recorded ? pointsByName(recorded) : await storedPoints(redisUrl, trace.instances, window);
  const series = [...points].flatMap(([name, own]) => {
    const usage = usageOver(own, startedMs, endedMs);
    return usage
      ? [{ name, usage, points: own.filter(({ atMs }) => atMs >= startedMs && atMs <= endedMs + marginMs) }]
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
