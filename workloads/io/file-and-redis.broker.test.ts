import { promises as fs, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, inject, it, onTestFinished } from "vitest";
import { createRedis, type Redis } from "../../shared/redis.ts";
import { fileAndRedis, severeEffort } from "./file-and-redis.ts";
import { redisBasic } from "./redis-basic.ts";
import { redisKey } from "./redis-keys.ts";
import { createRedisUser } from "./temporary-redis-user.fixture.ts";

function connect(url = inject("redisUrl")): Redis {
  const redis = createRedis(url);
  onTestFinished(() => redis.disconnect());
  return redis;
}

function newTask(items: number) {
  const workDir = mkdtempSync(join(tmpdir(), "holdup-test-"));
  onTestFinished(() => fs.rm(workDir, { recursive: true, force: true }));
  return { items, seed: 9, runId: crypto.randomUUID(), workDir };
}

const keysOf = (redis: Redis, runId: string) => redis.keys(redisKey(runId, "*"));

/** Both run the same task and could leave the same kinds of things behind. */
const operations: [string, (task: ReturnType<typeof newTask>, redis: Redis) => Promise<string>][] = [
  ["redis_basic", redisBasic],
  ["extreme_io_operations", (task, redis) => fileAndRedis(task, redis, severeEffort)],
];

describe.each(operations)("%s", (_, run) => {
  it("holds few keys, each with an expiry, and removes them and its files", async () => {
    const redis = connect();
    const task = newTask(1500);
    let isRunning = true;
    const ended = run(task, connect()).finally(() => {
      isRunning = false;
    });
    let mostKeys = 0;
    const expiries: number[] = [];
    while (isRunning) {
      const keys = await keysOf(redis, task.runId);
      mostKeys = Math.max(mostKeys, keys.length);
      // -2: deleted between the two commands.
      for (const key of keys) expiries.push(await redis.ttl(key));
    }
    await ended;

    expect(mostKeys).toBeGreaterThan(0);
    expect(mostKeys).toBeLessThanOrEqual(16);
    expect(expiries.filter((seconds) => seconds !== -2 && seconds <= 0)).toEqual([]);
    expect(await keysOf(redis, task.runId)).toEqual([]);
    expect(await fs.readdir(task.workDir)).toEqual([]);
  });

  it("removes keys and files when it fails halfway", async () => {
    const redis = connect();
    const user = await createRedisUser(redis, inject("redisUrl"), ["+@all", "-get"]);
    onTestFinished(async () => void (await user.remove()));
    const task = newTask(50);

    await expect(run(task, connect(user.url))).rejects.toMatchObject({ code: "HOLDUP_REDIS_REJECTED" });

    expect(await keysOf(redis, task.runId)).toEqual([]);
    expect(await fs.readdir(task.workDir)).toEqual([]);
  });

  it("refuses a result when Redis returns something else than was written", async () => {
    const redis = connect();
    const intruder = connect();
    // Two items: a value is set and read back, and only that can detect a change in between.
    const task = newTask(2);
    const keys = [redisKey(task.runId, "value"), redisKey(task.runId, 0)];
    onTestFinished(async () => void (await intruder.del(...keys)));

    let refusal: unknown;
    const intrude = async () => {
      while (refusal === undefined) for (const key of keys) await intruder.set(key, "intruder", "EX", 60);
    };
    const intruding = intrude();
    while (refusal === undefined) {
      await run(task, redis).catch((thrown: unknown) => {
        refusal = thrown;
      });
    }
    await intruding;

    expect(refusal).toMatchObject({ code: "HOLDUP_WORKLOAD_WRONG_RESULT" });
  });
});
