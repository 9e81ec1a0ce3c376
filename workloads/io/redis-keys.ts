import { type Redis, redisCall } from "../../shared/redis.ts";

/** Keys of a thread that died vanish after this many seconds; far longer than an operation at the largest scale. */
export const keyTtlS = 3600;

/** A key of one run of an operation. */
export function redisKey(runId: string, name: string | number): string {
  return `holdup:work:${runId}:${name}`;
}

/** Runs `use` and removes the run's keys after it, whether it failed or not. */
export async function withRedisKeys<T>(
  redis: Redis,
  keys: readonly string[],
  use: () => Promise<T>,
): Promise<T> {
  try {
    return await use();
  } finally {
    // If Redis went away its expiry removes them, and the failure to report is the one from `use`.
    await redisCall(redis, (client) => client.unlink(...keys)).catch(() => undefined);
  }
}
