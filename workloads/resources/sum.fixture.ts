/**
 * Runs a mix of operations and prints where the CPU time of the process went, in ms: the sum of the spans, the other
 * threads, and the whole process. Linux only: the remainder is read from the kernel's list of threads.
 */
import { readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import type { OperationName } from "../../shared/pipeline/workload-names.ts";
import { readConfig } from "../../shared/settings.ts";
import { recordSpans } from "../recording-tracer.fixture.ts";
import { createWorkloads } from "../workloads.ts";

const spans = recordSpans();
const config = readConfig({ HOLDUP_WORK_DIR: tmpdir() });
const workloads = createWorkloads({
  ...config,
  profile: config.profiles["api-service"],
  threads: 3,
  scale: 0.1,
});

function run(operation: OperationName, seed: number) {
  return workloads.run("data_analysis", { orderId: `${seed}`, seed, workload: { data_analysis: operation } });
}

/** CPU time of the threads that are not worker threads: main, V8's and libuv's. */
function othersMs(): number {
  const tasks = readdirSync("/proc/self/task").map((tid) => `/proc/self/task/${tid}`);
  const others = tasks.filter((task) => readFileSync(`${task}/comm`, "utf8").trim() !== "WorkerThread");
  return others.reduce(
    (sum, task) => sum + Number(readFileSync(`${task}/schedstat`, "utf8").split(" ")[0]) / 1e6,
    0,
  );
}

// Now the threads have started, so their start is not part of the sum.
await Promise.all([1, 2, 3].map((seed) => run("hash_computation", seed)));
spans.length = 0;

const othersBefore = othersMs();
const before = process.cpuUsage();
await Promise.all([
  run("extreme_cpu_computation", 11),
  run("hash_computation", 12),
  run("intensive_prime_computation", 13),
  run("json_processing", 14),
  run("hash_computation", 15),
  run("intensive_prime_computation", 16),
]);
const { user, system } = process.cpuUsage(before);
const remainder = othersMs() - othersBefore;
const operations = spans.reduce((sum, { attributes }) => sum + Number(attributes["resource.cpu.time_ms"]), 0);
console.log(JSON.stringify({ operations, remainder, whole: (user + system) / 1000 }));
await workloads.stop();
