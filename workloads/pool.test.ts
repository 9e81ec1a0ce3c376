import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, describe, expect, it, onTestFinished } from "vitest";
import type { OperationName } from "../shared/pipeline/workload-names.ts";
import { operations } from "./operations.ts";
import { createPool, type SliceWatch } from "./pool.ts";
import type { SliceTask } from "./slice.ts";
import { checksum, slicesOf } from "./workloads.ts";

const unwatched: SliceWatch = { sliceStarted: () => undefined, sliceEnded: () => undefined };

const bounds = { maxQueue: 100, workerHeapMb: 256 };

function startPool(options: Partial<Parameters<typeof createPool>[0]> = {}) {
  const pool = createPool({ ...bounds, threads: 2, ...options });
  onTestFinished(() => pool.stop());
  return pool;
}

function tasksFor(
  operation: OperationName,
  options: { items?: number; seed?: number; threads?: number } = {},
) {
  const { type, intensity, min } = operations[operation];
  const { items = Math.ceil(min / 50), seed = 1, threads = 2 } = options;
  const choice = { span: "data_analysis", type, intensity, operation, items, seed } as const;
  return slicesOf(choice, crypto.randomUUID(), { threads, scale: 0.02, redisUrl: "", workDir: "" });
}

async function checksumOf(pool: ReturnType<typeof createPool>, tasks: SliceTask[]): Promise<string> {
  const [first] = tasks;
  if (first === undefined) throw new Error("An operation has at least one slice.");
  const reports = await pool.run(tasks, unwatched);
  return checksum(
    first,
    reports.map((report) => report.digest),
  );
}

const cpuOperations = [
  "json_processing",
  "hash_computation",
  "intensive_prime_computation",
  "extreme_cpu_computation",
] as const;

describe("a checksum", () => {
  const one = createPool({ ...bounds, threads: 1 });
  const four = createPool({ ...bounds, threads: 4 });
  afterAll(() => Promise.all([one.stop(), four.stop()]));

  it.each(cpuOperations)(
    "of %s is the same on 1 thread and on 4, and differs for each seed",
    async (name) => {
      const [alone, shared, again, other] = await Promise.all([
        checksumOf(one, tasksFor(name, { threads: 1 })),
        checksumOf(four, tasksFor(name, { threads: 4 })),
        checksumOf(four, tasksFor(name, { threads: 4 })),
        checksumOf(four, tasksFor(name, { threads: 4, seed: 2 })),
      ]);
      expect(alone).toMatch(/^[0-9a-f]{64}$/);
      expect([shared, again]).toEqual([alone, alone]);
      expect(other).not.toBe(alone);
    },
  );

  it("is the same on every machine", async () => {
    // A second program, written in Python from the description alone, also computed all but the first.
    const sums = await Promise.all(cpuOperations.map((name) => checksumOf(four, tasksFor(name))));
    expect(sums).toMatchInlineSnapshot(`
      [
        "a08f22579700d13c81827c28d70b26f60112415554cefea36feaf17f0aecf6c7",
        "5e9c075710ec8969fd0a41273716a5fa51c13406b46821577dce3a6a88af4ecc",
        "a38ae9dda50b07e5d1509c6d868be1a08111aea62abeaaf497032333cfe153c4",
        "5226815e95fa57adb5a2e6e238e53676455d966fff253d9132c658ff7c116ac9",
      ]
    `);
  });
});

it("spreads a severe operation over the threads and reports which ones", async () => {
  const pool = startPool();
  const started: number[] = [];
  const reports = await pool.run(tasksFor("extreme_cpu_computation"), {
    sliceStarted: (slice, worker) => (started[slice] = worker.threadId),
    sliceEnded: () => undefined,
  });
  expect(new Set(started).size).toBe(2);
  expect(reports.map((report) => report.threadId)).toEqual(started);
  for (const { startedMs, endedMs, cpuMs } of reports) {
    expect(endedMs).toBeGreaterThan(startedMs);
    expect(cpuMs).toBeGreaterThan(0);
  }
});

it("leaves the event loop of the service free while a severe operation runs", async () => {
  const pool = startPool();
  let isRunning = true;
  const ended = pool.run(tasksFor("extreme_cpu_computation"), unwatched).finally(() => {
    isRunning = false;
  });
  let turns = 0;
  while (isRunning) {
    turns++;
    await new Promise((resolve) => setImmediate(resolve));
  }
  await ended;
  // Sixteen slices end in at most sixteen turns of the event loop; all other turns happened while they ran.
  expect(turns).toBeGreaterThan(200);
});

it("starts operations in order of arrival", async () => {
  const pool = startPool({ threads: 1 });
  const started: string[] = [];
  const run = (name: string, tasks: SliceTask[]) =>
    pool.run(tasks, { sliceStarted: () => started.push(name), sliceEnded: () => undefined });
  await Promise.all([
    run("severe", tasksFor("extreme_cpu_computation", { items: 160 })),
    run("light", tasksFor("json_processing")),
    run("heavy", tasksFor("intensive_prime_computation", { items: 160 })),
  ]);
  expect(started).toEqual([...Array(16).fill("severe"), "light", ...Array(16).fill("heavy")]);
});

it("counts waiting operations, refuses those above the limit, and accepts more afterwards", async () => {
  const pool = startPool({ threads: 1, maxQueue: 2 });
  const light = () => pool.run(tasksFor("json_processing"), unwatched);
  const accepted = [light(), light(), light()];
  expect(pool.queued()).toBe(2);
  await expect(light()).rejects.toMatchObject({ code: "HOLDUP_OVERLOADED", retriable: true });
  await Promise.all(accepted);
  expect(pool.queued()).toBe(0);
  await light();
});

it("does not count an operation with a running slice as waiting", async () => {
  const pool = startPool({ threads: 1, maxQueue: 1 });
  const running = pool.run(tasksFor("extreme_cpu_computation", { items: 160 }), unwatched);
  expect(pool.queued()).toBe(0);
  await running;
});

it.each([
  ["runs out of heap", 1, /ran out of heap memory/],
  ["exits", 2, /died/],
])("fails only the operation whose thread %s, and continues", async (_, seed, message) => {
  const pool = startPool({
    workerFile: new URL("./worker-that-dies.fixture.ts", import.meta.url),
    workerHeapMb: 32,
  });
  const doomed = tasksFor("extreme_cpu_computation", { seed });
  const ended: (number | undefined)[] = [];
  const failed = pool.run(doomed, {
    sliceStarted: () => undefined,
    sliceEnded: (slice, outcome) => ended.push(outcome ? slice : undefined),
  });
  const others = [3, 4, 5].map((other) =>
    pool.run(tasksFor("extreme_cpu_computation", { seed: other }), unwatched),
  );

  await expect(failed).rejects.toMatchObject({
    code: "HOLDUP_WORKLOAD_FAILED",
    message: expect.stringMatching(message),
  });
  expect(ended).toContain(undefined);
  expect((await Promise.all(others)).map((reports) => reports.length)).toEqual([16, 16, 16]);
  // Both threads have been replaced, or this would never end.
  const threads = new Set<number>();
  while (threads.size < 2) {
    const reports = await pool.run(tasksFor("extreme_cpu_computation", { seed: 6 }), unwatched);
    for (const report of reports) threads.add(report.threadId);
  }
});

it("drops waiting slices and awaits running ones before it rejects", async () => {
  const pool = startPool();
  let running = 0;
  let startedSlices = 0;
  // Waits until both threads have started: a starting thread could not fail at once below.
  await pool.run(tasksFor("extreme_cpu_computation", { items: 160 }), unwatched);
  const [first, ...rest] = tasksFor("extreme_cpu_computation", { items: 80_000 });
  if (first === undefined) throw new Error("An operation has at least one slice.");
  // More memory than exists: fails at once, while the second slice computes.
  const failing: SliceTask[] = [{ ...first, memoryMb: 2 ** 40, residentMb: 2 ** 40 }, ...rest];
  const failed = pool.run(failing, {
    sliceStarted: () => {
      startedSlices++;
      running++;
    },
    sliceEnded: () => running--,
  });
  await expect(failed).rejects.toMatchObject({ code: "HOLDUP_WORKLOAD_FAILED" });
  expect(running).toBe(0);
  expect(startedSlices).toBe(2);
});

it("finishes running operations and refuses waiting ones when it stops", async () => {
  const pool = startPool({ threads: 1 });
  const running = pool.run(tasksFor("intensive_prime_computation"), unwatched);
  const waiting = pool.run(tasksFor("json_processing"), unwatched);
  const refused = expect(waiting).rejects.toMatchObject({ code: "HOLDUP_STOPPING" });
  const stopped = pool.stop();
  await refused;
  await expect(pool.run(tasksFor("json_processing"), unwatched)).rejects.toMatchObject({
    code: "HOLDUP_STOPPING",
  });
  expect(await running).toHaveLength(16);
  await stopped;
  expect(pool.queued()).toBe(0);
});

it("passes its threads neither the service's tracing preload nor its environment", async () => {
  const preload = `data:text/javascript,${encodeURIComponent(
    'import { threadId } from "node:worker_threads"; process._rawDebug("preloaded in thread " + threadId);',
  )}`;
  const program = `
    import { createPool } from ${JSON.stringify(new URL("./pool.ts", import.meta.url).href)};
    import { slicesOf } from ${JSON.stringify(new URL("./workloads.ts", import.meta.url).href)};
    const pool = createPool({ threads: 2, maxQueue: 1 });
    const choice = { span: "data_analysis", type: "cpu_heavy", intensity: "heavy", operation: "intensive_prime_computation", items: 320, seed: 1 };
    const watch = { sliceStarted() {}, sliceEnded() {} };
    const reports = await pool.run(slicesOf(choice, crypto.randomUUID(), { threads: 2, scale: 1, redisUrl: "", workDir: "" }), watch);
    await pool.stop();
    console.log(reports.length);
  `;
  const { stdout, stderr } = await promisify(execFile)(
    process.execPath,
    ["--import", preload, "--input-type=module", "--eval", program],
    { env: { NODE_OPTIONS: `--import=${preload}` }, cwd: fileURLToPath(new URL("..", import.meta.url)) },
  );
  expect(stdout.trim()).toBe("16");
  expect(new Set(stderr.match(/preloaded in thread \d+/g))).toEqual(new Set(["preloaded in thread 0"]));
});
