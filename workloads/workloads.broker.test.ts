import { promises as fs, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, inject, it, onTestFinished } from "vitest";
import type { OperationName, Profile } from "../shared/pipeline/workload-names.ts";
import { createRedis } from "../shared/redis.ts";
import { readConfig } from "../shared/settings.ts";
import { createRedisUser } from "./io/temporary-redis-user.fixture.ts";
import { createWorkloads, type WorkloadsOptions } from "./workloads.ts";

const profile: Profile = { cpu: 0, io: 1, intensities: ["light", "medium", "heavy", "severe"] };
const ioOperations = [
  "redis_basic",
  "file_and_redis",
  "intensive_io_operations",
  "extreme_io_operations",
] as const;

function start(options: Partial<WorkloadsOptions> = {}) {
  const workDir = mkdtempSync(join(tmpdir(), "holdup-test-"));
  const workloads = createWorkloads({
    ...readConfig({}),
    profile,
    redisUrl: inject("redisUrl"),
    workDir,
    threads: 2,
    scale: 0.01,
    maxQueue: 100,
    ...options,
  });
  onTestFinished(async () => {
    await workloads.stop();
    await fs.rm(workDir, { recursive: true, force: true });
  });
  const run = (operation: OperationName, seed = 1) =>
    workloads.run("data_analysis", {
      orderId: crypto.randomUUID(),
      seed,
      workload: { data_analysis: operation },
    });
  return { ...workloads, workDir, run };
}

async function adminRedis() {
  const redis = createRedis(inject("redisUrl"));
  onTestFinished(() => redis.disconnect());
  return redis;
}

it.each([
  ["redis_basic", 1],
  ["file_and_redis", 0.2],
  ["intensive_io_operations", 0.02],
  ["extreme_io_operations", 0.01],
] as const)(
  "gives %s the same checksum alone and among others, and another for each seed",
  async (name, scale) => {
    const alone = await start({ threads: 1, scale }).run(name);
    const busy = start({ threads: 3, scale });
    const [again, busyToo, other] = await Promise.all([busy.run(name), busy.run(name), busy.run(name, 2)]);
    expect(again.checksum).toBe(alone.checksum);
    expect(busyToo.checksum).toBe(alone.checksum);
    expect(other.checksum).not.toBe(alone.checksum);
  },
);

it("leaves no file behind", async () => {
  const { run, workDir } = start();
  await Promise.all(ioOperations.map((operation) => run(operation)));
  expect(await fs.readdir(workDir)).toEqual([]);
});

it("creates the folder for its files", async () => {
  const { run, workDir } = start();
  await fs.rm(workDir, { recursive: true });
  await run("file_and_redis");
  expect(await fs.readdir(workDir)).toEqual([]);
});

it("reports from inside the thread that Redis is down, and leaves no file behind", async () => {
  const { run, workDir } = start({ redisUrl: "redis://127.0.0.1:1" });
  await Promise.all(
    ioOperations.map((operation) =>
      expect(run(operation)).rejects.toMatchObject({
        code: "HOLDUP_REDIS_UNREACHABLE",
        retriable: true,
        message: expect.stringContaining("127.0.0.1:1"),
      }),
    ),
  );
  expect(await fs.readdir(workDir)).toEqual([]);
});

it("works again with the same threads once Redis is back", async () => {
  const admin = await adminRedis();
  const user = await createRedisUser(admin, inject("redisUrl"), ["+@all", "-get"]);
  onTestFinished(async () => void (await user.remove()));
  const { run } = start({ threads: 1, redisUrl: user.url });
  await expect(run("file_and_redis")).rejects.toMatchObject({ code: "HOLDUP_REDIS_REJECTED" });
  await admin.call("ACL", "SETUSER", new URL(user.url).username, "+get");
  expect((await run("file_and_redis")).checksum).toMatch(/^[0-9a-f]{64}$/);
});

it("reports that the disk fails, with the path", async () => {
  const { workDir } = start();
  const notAFolder = join(workDir, "file");
  await fs.writeFile(notAFolder, "");
  await expect(start({ workDir: notAFolder }).run("file_and_redis")).rejects.toMatchObject({
    code: "HOLDUP_WORKLOAD_FAILED",
    message: expect.stringContaining(notAFolder),
  });
});

it("finishes a running I/O operation when it stops", async () => {
  const { run, stop, workDir } = start();
  const running = run("extreme_io_operations");
  await stop();
  expect((await running).operation).toBe("extreme_io_operations");
  expect(await fs.readdir(workDir)).toEqual([]);
});
