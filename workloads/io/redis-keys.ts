import { type Redis, redisCall } from "../../shared/redis.ts";

/** Expiry of a key, s, for a thread that dies; far longer than an operation at the largest scale. */
export const keyTtlS = 3600;

/** A key of one run of an operation. */
export function redisKey(runId: string, name: string | number): string {
  return `holdup:work:${runId}:${name}`;
}

/** Runs `use`, then removes the run's keys, even if it failed. */
export async function withRedisKeys<T>(
  redis: Redis,
  keys: readonly string[],
  use: () => Promise<T>,
): Promise<T> {
  try {
    return await use();
  } finally {
    // If Redis is down, the keys expire; the error to report is that of `use`.
    await redisCall(redis, (client) => client.unlink(...keys)).catch(() => undefined);
  }
}
