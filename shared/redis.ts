import { Redis, ReplyError } from "ioredis";
import { HoldupError } from "./errors.ts";

export type { Redis };

/** Longest a command may take before it counts as failed, in ms; a paused Redis answers nothing at all. */
const commandTimeoutMs = 2000;

/**
 * A client that reconnects for ever and whose commands fail, rather than wait, while Redis is away: each command is
 * tried at most once more after a reconnect. Wrap calls in `redisCall` to get Holdup's errors.
 */
export function createRedis(url: string, options: { onError?: (error: Error) => void } = {}): Redis {
  const redis = new Redis(url, {
    commandTimeout: commandTimeoutMs,
    connectTimeout: commandTimeoutMs,
    maxRetriesPerRequest: 1,
    retryStrategy: (times) => Math.min(100 * times, 1000),
  });
  // Without a listener ioredis prints every failed reconnect by itself.
  redis.on("error", (error: Error) => options.onError?.(error));
  return redis;
}

/**
 * Runs Redis commands and names their failure.
 *
 * @throws HoldupError HOLDUP_REDIS_REJECTED when Redis answered with an error, HOLDUP_REDIS_UNREACHABLE otherwise
 */
export async function redisCall<T>(redis: Redis, call: (redis: Redis) => Promise<T>): Promise<T> {
  try {
    return await call(redis);
  } catch (thrown) {
    if (thrown instanceof HoldupError) throw thrown;
    if (thrown instanceof Error && thrown instanceof ReplyError) {
      throw new HoldupError("HOLDUP_REDIS_REJECTED", `Redis refused a command: ${thrown.message}`, {
        cause: thrown,
      });
    }
    throw new HoldupError(
      "HOLDUP_REDIS_UNREACHABLE",
      `Redis does not answer at ${redis.options.host}:${redis.options.port}. Start it, or check HOLDUP_REDIS_URL.`,
      { cause: thrown },
    );
  }
}

export async function pingRedis(redis: Redis): Promise<void> {
  await redisCall(redis, (client) => client.ping());
}
