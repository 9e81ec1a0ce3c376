import { type Redis, redisCall } from "../redis.ts";
import {
  type InstanceReport,
  instanceKey,
  instanceReport,
  instancesKey,
  type UsageSample,
  usageKey,
} from "./report.ts";

/**
 * The reports of all running services, by name. Names without a report are removed.
 *
 * @throws HoldupError HOLDUP_REDIS_UNREACHABLE and the other errors of `redisCall`
 */
export function readReports(redis: Redis): Promise<InstanceReport[]> {
  return redisCall(redis, async (r) => {
    const names = (await r.smembers(instancesKey)).sort();
    if (names.length === 0) return [];
    const texts = await r.mget(names.map(instanceKey));
    const gone = names.filter((_, n) => texts[n] === null);
    // An instance that returns adds itself again within a few reports.
    if (gone.length > 0) await r.srem(instancesKey, ...gone);
    return texts.flatMap((text) => parse(text) ?? []);
  });
}

/** The samples of an instance between two times, oldest first. */
export function readUsage(
  redis: Redis,
  instance: string,
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
): Promise<UsageSample[]> {
  return redisCall(redis, async (r) => {
    const lines = await r.lrange(usageKey(instance), 0, -1);
    return lines
      .map((line) => {
        const [atMs = Number.NaN, cpuPercent = Number.NaN, memoryMb = Number.NaN] = line
          .split(",")
          .map(Number);
        return { atMs, cpuPercent, memoryMb };
      })
      .filter(({ atMs }) => atMs >= fromMs && atMs <= toMs)
      .reverse();
  });
}

/** Undefined for a report of another version. */
function parse(text: string | null | undefined): InstanceReport | undefined {
  if (!text) return undefined;
  try {
    return instanceReport.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
