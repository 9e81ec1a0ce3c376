import { Redis, ReplyError } from "ioredis";
import { HoldupError } from "../core/errors.ts";

export type { Redis };

/** Longest a command may take before it counts as failed, in ms; a paused Redis answers nothing at all. */
const commandTimeoutMs = 2000;

/**
 * A client that reconnects for ever and whose commands fail, rather than wait, while Redis is away: each command is
 * tried at most once more after a reconnect. Wrap calls in `redisCall` to get Holdup's errors.
 */
export function createRedis(url: string): Redis {
  const redis = new Redis(url, {
    commandTimeout: commandTimeoutMs,
    connectTimeout: commandTimeoutMs,
    maxRetriesPerRequest: 1,
    retryStrategy: (times) => Math.min(100 * times, 1000),
  });
  // Without a listener ioredis prints every failed reconnect by itself; callers learn of it from their commands.
  redis.on("error", () => {});
  return redis;
}

/**
 * First words of error replies that no later attempt changes: the command itself is wrong, or not allowed. All others (OOM,
 * LOADING, MISCONF, READONLY, BUSY, …) pass. https://redis.io/docs/latest/develop/reference/protocol-spec/#simple-errors
 */
const finalReplies = new Set(["ERR", "WRONGTYPE", "NOAUTH", "WRONGPASS", "NOPERM", "NOSCRIPT"]);

/**
 * Runs Redis commands and names their failure.
 *
 * @throws HoldupError HOLDUP_REDIS_REJECTED when Redis refused the command for good, HOLDUP_REDIS_REFUSING when it refuses
 * for now (out of memory, loading), HOLDUP_REDIS_UNREACHABLE when it did not answer
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
