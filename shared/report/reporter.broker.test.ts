import { randomUUID } from "node:crypto";
import { expect, inject, it, onTestFinished, vi } from "vitest";
import { createRedis } from "../redis.ts";
import { readReports, readUsage } from "./read-reports.ts";
import { instanceKey, instancesKey } from "./report.ts";
import { startReporter } from "./reporter.ts";

const redisUrl = inject("redisUrl");
const load = () => ({ threads: 2, busy: 1, queued: 3, operations: [] });

function redisClient() {
  const redis = createRedis(redisUrl);
  onTestFinished(() => void redis.disconnect());
  return redis;
}

function own(reports: Awaited<ReturnType<typeof readReports>>, instance: string) {
  return reports.find((report) => report.instance === instance);
}

it("reports a service until it stops, then deletes the report", async () => {
  const redis = redisClient();
  const instance = `test-${randomUUID()}`;
  const run = { orderId: "a", topic: "orders", partition: 2, offset: 9, startedAtMs: 5 };
  const reporter = startReporter({
    redisUrl,
    service: "test-service",
    instance,
    restarts: 4,
    load,
    runs: () => [run],
    everyMs: 50,
  });
  const startedMs = Date.now();
  await vi.waitFor(async () => {
    expect(
      (await readUsage(redis, instance, { fromMs: startedMs, toMs: Date.now() })).length,
    ).toBeGreaterThan(2);
  });
  expect(own(await readReports(redis), instance)).toMatchObject({
    service: "test-service",
    restarts: 4,
    source: "process",
    workers: { threads: 2, busy: 1, queued: 3 },
    runs: [run],
    memoryMb: expect.any(Number),
  });
  expect(await redis.pttl(instanceKey(instance))).toBeGreaterThan(3000);
  const samples = await readUsage(redis, instance, { fromMs: startedMs, toMs: Date.now() });
  expect(samples.map(({ atMs }) => atMs)).toEqual(samples.map(({ atMs }) => atMs).toSorted((a, b) => a - b));
  expect(await readUsage(redis, instance, { fromMs: 0, toMs: 1 })).toEqual([]);

  await reporter.stop();
  expect(own(await readReports(redis), instance)).toBeUndefined();
  expect(await redis.exists(instanceKey(instance))).toBe(0);
});

it("drops a service that no longer reports, and skips what it cannot read", async () => {
  const redis = redisClient();
  const [gone, foreign] = [`gone-${randomUUID()}`, `foreign-${randomUUID()}`];
  await redis.sadd(instancesKey, gone, foreign);
  await redis.set(instanceKey(foreign), '{"instance":7}', "PX", 5000);
  const reports = await readReports(redis);
  expect(own(reports, gone) ?? own(reports, foreign)).toBeUndefined();
  expect(await redis.sismember(instancesKey, gone)).toBe(0);
  expect(await redis.sismember(instancesKey, foreign)).toBe(1);
});

it("keeps trying and never rejects while Redis is down or measuring fails", async () => {
  const rejected = vi.fn();
  process.on("unhandledRejection", rejected);
  onTestFinished(() => void process.off("unhandledRejection", rejected));
  const common = { service: "test-service", restarts: 0, everyMs: 10 };
  const loadAway = vi.fn(load);
  const broken = vi.fn(() => {
    throw new Error("broken");
  });
  const away = startReporter({
    ...common,
    instance: "away",
    redisUrl: "redis://127.0.0.1:1",
    load: loadAway,
  });
  const failing = startReporter({ ...common, instance: `failing-${randomUUID()}`, redisUrl, load: broken });
  const patience = { timeout: 20_000, interval: 10 };
  await vi.waitFor(() => expect(loadAway.mock.calls.length).toBeGreaterThan(2), patience);
  await vi.waitFor(() => expect(broken.mock.calls.length).toBeGreaterThan(2), patience);
  await Promise.all([away.stop(), failing.stop()]);
  expect(rejected).not.toHaveBeenCalled();
});
