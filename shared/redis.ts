import { Redis, ReplyError } from "ioredis";
import { HoldupError } from "../core/errors.ts";

export type { Redis };

/** A command that takes longer fails, ms: a paused Redis never answers. */
const commandTimeoutMs = 2000;

/**
 * A client that keeps reconnecting. While Redis is down, commands fail instead of waiting: each is retried at most once, after
 * a reconnect. Wrap calls in `redisCall` to get Holdup's errors.
 */
export function createRedis(url: string): Redis {
  const redis = new Redis(url, {
    commandTimeout: commandTimeoutMs,
    connectTimeout: commandTimeoutMs,
    maxRetriesPerRequest: 1,
    retryStrategy: (times) => Math.min(100 * times, 1000),
  });
  // Without a listener ioredis prints every failed reconnect; callers notice when their commands fail.
  redis.on("error", () => {});
  return redis;
}

/**
 * First words of the error replies that a retry would get again: the command is wrong or not allowed. All others (OOM, LOADING,
 * MISCONF, READONLY, BUSY, …) are temporary. https://redis.io/docs/latest/develop/reference/protocol-spec/#simple-errors
 */
const finalReplies = new Set(["ERR", "WRONGTYPE", "NOAUTH", "WRONGPASS", "NOPERM", "NOSCRIPT"]);

/**
 * Runs Redis commands and turns failures into a HoldupError.
 *
 * @throws HoldupError HOLDUP_REDIS_REJECTED when Redis rejected the command, HOLDUP_REDIS_REFUSING when it refuses temporarily
 *   (out of memory, loading), HOLDUP_REDIS_UNREACHABLE when it did not answer
 */
export async function redisCall<T>(redis: Redis, call: (redis: Redis) => Promise<T>): Promise<T> {
  try {
    return await call(redis);
  } catch (thrown) {
    if (thrown instanceof HoldupError) throw thrown;
    if (thrown instanceof Error && thrown instanceof ReplyError) throw replyError(thrown);
    throw new HoldupError(
      "HOLDUP_REDIS_UNREACHABLE",
      `Redis does not answer at ${redis.options.host}:${redis.options.port}. Start it, or check HOLDUP_REDIS_URL.`,
      { cause: thrown },
    );
  }
}

function replyError(reply: Error): HoldupError {
  const isFinal = finalReplies.has(reply.message.split(" ", 1)[0] ?? "");
  return isFinal
    ? new HoldupError("HOLDUP_REDIS_REJECTED", `Redis refused a command: ${reply.message}`, { cause: reply })
    : new HoldupError("HOLDUP_REDIS_REFUSING", `Redis refuses commands for now: ${reply.message}`, {
        cause: reply,
      });
}

export async function pingRedis(redis: Redis): Promise<void> {
  await redisCall(redis, (client) => client.ping());
}
