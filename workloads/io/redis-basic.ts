import { hash } from "node:crypto";
import { drawAt } from "../../shared/pipeline/seed.ts";
import { type Redis, redisCall } from "../../shared/redis.ts";
import { mustEqual } from "./read-back.ts";
import { keyTtlS, redisKey, withRedisKeys } from "./redis-keys.ts";

/**
 * Sends `items` commands, each awaited before the next: SET, GET, APPEND, GET, repeated. The digest covers Redis's answers.
 *
 * @throws HoldupError see `redisCall` and `mustEqual`
 */
export async function redisBasic(
  task: { items: number; seed: number; runId: string },
  redis: Redis,
): Promise<string> {
  const key = redisKey(task.runId, "value");
  let expected = "";
  let digest = "";

  const commands = [
    async (random: number) => {
      expected = random.toString(36);
      return redisCall(redis, (client) => client.set(key, expected, "EX", keyTtlS));
    },
    async () => {
      const value = await redisCall(redis, (client) => client.get(key));
      mustEqual(value, expected, `Redis key ${key}`);
      return value;
    },
    async (random: number) => {
      const tail = random.toString(36);
      expected += tail;
      const length = await redisCall(redis, (client) => client.append(key, tail));
      mustEqual(length, expected.length, `Length of Redis key ${key}`);
      return length;
    },
    async () => {
      const value = await redisCall(redis, (client) => client.get(key));
      mustEqual(value, expected, `Redis key ${key}`);
      return value;
    },
  ];

  return withRedisKeys(redis, [key], async () => {
    for (let item = 0; item < task.items; item++) {
      const answer = await commands[item % commands.length]?.(drawAt(task.seed, item));
      digest = hash("sha256", `${digest}${answer}`);
    }
    return digest;
  });
}
