import { monitorEventLoopDelay } from "node:perf_hooks";
import type { WorkerLoad } from "../pipeline/operations.ts";
import { createRedis, type Redis } from "../redis.ts";
import {
  type InstanceReport,
  instanceKey,
  instancesKey,
  mostSamples,
  type RunReport,
  reportEveryMs,
  reportTtlMs,
  usageKey,
} from "./report.ts";
import { findUsageSource, type Reading, type UsageSource } from "./usage.ts";

/** Coarse, because its timer is itself load; a delay counts from when the timer was due. */
const loopResolutionMs = 100;
const usageTtlS = mostSamples;
/** The instance's name, and the bounds of its list of samples, are written with every fifth report. */
const upkeepEvery = 5;

export type Reporter = { stop(): Promise<void> };

/**
 * Writes the report of a service to Redis, at once and then every second, until stopped. It costs some ten µs a second. A
 * failure never affects the service: while Redis is down there are no reports.
 */
export function startReporter(options: {
  readonly redisUrl: string;
  readonly service: string;
  readonly instance: string;
  readonly restarts: number;
  readonly load: () => WorkerLoad;
  /** What is being handled at `nowMs`; absent for a service that consumes nothing. */
  readonly runs?: (operations: WorkerLoad["operations"], nowMs: number) => RunReport[];
  readonly usage?: UsageSource;
  readonly everyMs?: number;
}): Reporter {
  const { instance, service, restarts, usage = findUsageSource(), everyMs = reportEveryMs } = options;
  const redis = createRedis(options.redisUrl);
  const startedAtMs = Math.round(Date.now() - process.uptime() * 1000);
  const delays = monitorEventLoopDelay({ resolution: loopResolutionMs });
  delays.enable();
  let last: { readonly atMs: number; readonly reading: Reading } | undefined;
  let isWriting = false;
  let written = 0;

  function report(): InstanceReport {
    const atMs = performance.now();
    const reading = usage.read();
    const spanMs = last && atMs - last.atMs;
    const cpuPercent = last && spanMs ? ((reading.cpuMs - last.reading.cpuMs) / spanMs) * 100 : 0;
    last = { atMs, reading };
    const loopDelayMs = Math.max(0, delays.max / 1e6 - loopResolutionMs);
    delays.reset();
    const { operations, ...workers } = options.load();
    return {
      instance,
      service,
      startedAtMs,
      restarts,
      cpuPercent: tenths(Math.max(0, cpuPercent)),
      memoryMb: tenths(reading.memoryBytes / 1_048_576),
      source: usage.source,
      loopDelayMs: tenths(loopDelayMs),
      workers,
      runs: options.runs?.(operations, Date.now()) ?? [],
    };
  }

  async function write(): Promise<void> {
    // Reports must not pile up in front of a slow Redis.
    if (isWriting) return;
    isWriting = true;
    try {
      const now = report();
      const sample = `${Date.now()},${now.cpuPercent},${now.memoryMb}`;
      const commands = redis
        .pipeline()
        .set(instanceKey(instance), JSON.stringify(now), "PX", reportTtlMs)
        .lpush(usageKey(instance), sample);
      if (written % upkeepEvery === 0) {
        commands
          .sadd(instancesKey, instance)
          .ltrim(usageKey(instance), 0, mostSamples - 1)
          .expire(usageKey(instance), usageTtlS);
      }
      await commands.exec();
      written += 1;
    } catch {
      // Redis is down, or measuring failed: this second has no report.
    } finally {
      isWriting = false;
    }
  }

  const timer = setInterval(() => void write(), everyMs).unref();
  void write();

  return {
    /** Deletes the report, so that readers notice at once that the service has stopped. */
    async stop() {
      clearInterval(timer);
      delays.disable();
      await forget(redis, instance);
    },
  };
}

async function forget(redis: Redis, instance: string): Promise<void> {
  try {
    await redis.pipeline().del(instanceKey(instance)).srem(instancesKey, instance).exec();
    await redis.quit();
  } catch {
    redis.disconnect();
  }
}

function tenths(value: number): number {
  return Math.round(value * 10) / 10;
}
