/**
 * Attribution error of CPU: what spans report for operations of known cost in a concurrent mix, measured by threads as Holdup
 * does, and by sampling the whole process every 100 ms.
 */
import { trace } from "@opentelemetry/api";
import pidusage from "pidusage";
import { createPool } from "../workloads/pool.ts";
import { recordSpans } from "../workloads/recording-tracer.fixture.ts";
import { sleeping } from "../workloads/resources/burning-worker.fixture.ts";
import { createResourceObserver } from "../workloads/resources/observe-resources.ts";
import { monotonicMs, type SliceTask } from "../workloads/slice.ts";

const sampleMs = 100;
const rounds = 10;
const burning = 1;

/** What runs at the same time in every round: CPU to burn in each slice, or time to sleep. */
const mix = [
  { name: "burn 50 ms", seed: burning, parts: [50] },
  { name: "burn 200 ms", seed: burning, parts: [200] },
  { name: "burn 1 s on 4 threads", seed: burning, parts: [250, 250, 250, 250] },
  { name: "wait 50 ms", seed: sleeping, parts: [50] },
  { name: "wait 500 ms", seed: sleeping, parts: [500] },
];

const workerFile = new URL("../workloads/resources/burning-worker.fixture.ts", import.meta.url);
const pool = createPool({ threads: 8, maxQueue: 100, workerHeapMb: 64, workerFile });
const spans = recordSpans();
const observe = createResourceObserver({
  sampleIntervalMs: sampleMs,
  cpuThreshold: 70,
  memoryThresholdMb: 100,
});

/** The usual method: samples of the whole process. Those of an operation are the last one before it, those during it, and one at its end. */
const samples: { atMs: number; percent: number }[] = [];
async function sampleProcess(): Promise<void> {
  const { cpu } = await pidusage(process.pid);
  samples.push({ atMs: monotonicMs(), percent: cpu });
}

function tasksOf(parts: readonly number[], seed: number): SliceTask[] {
  const rest = { slices: parts.length, memoryMb: 0, residentMb: 0, runId: "", redisUrl: "", workDir: "" };
  return parts.map((items, slice) => ({ operation: "hash_computation", items, seed, slice, ...rest }));
}

async function measure({ name, seed, parts }: (typeof mix)[number]) {
  const span = trace.getTracer("bench").startSpan(name);
  const choice = {
    span: "data_analysis",
    type: "cpu_heavy",
    intensity: "medium",
    operation: "hash_computation",
    items: 1,
    seed,
  } as const;
  const watch = observe(span, choice);
  const startedMs = monotonicMs();
  await pool.run(tasksOf(parts, seed), watch);
  watch.end();
  span.end();
  const endedMs = monotonicMs();
  await sampleProcess();
  const during = samples.filter(({ atMs }) => atMs >= startedMs);
  const percent = during.reduce((sum, sample) => sum + sample.percent, 0) / during.length;
  const truth = seed === sleeping ? 0 : parts.reduce((sum, ms) => sum + ms, 0);
  return {
    name,
    truth,
    byThreads: Number(spans.findLast((one) => one.name === name)?.attributes["resource.cpu.time_ms"]),
    byProcess: (percent / 100) * (endedMs - startedMs),
  };
}

await pool.run(tasksOf(Array(8).fill(20), sleeping), { sliceStarted: () => {}, sliceEnded: () => {} });
await sampleProcess();
const timer = setInterval(() => void sampleProcess(), sampleMs);
const measured: Awaited<ReturnType<typeof measure>>[] = [];
for (let round = 0; round < rounds; round += 1) measured.push(...(await Promise.all(mix.map(measure))));
clearInterval(timer);
await pool.stop();

const mean = (numbers: readonly number[]) => numbers.reduce((sum, one) => sum + one, 0) / numbers.length;
const round1 = (value: number) => Math.round(value * 10) / 10;
console.table(
  mix.map(({ name }) => {
    const of = measured.filter((one) => one.name === name);
    return {
      operation: name,
      "true CPU ms": of[0]?.truth,
      "in its span": round1(mean(of.map((one) => one.byThreads))),
      "worst error ms": round1(Math.max(...of.map((one) => Math.abs(one.byThreads - one.truth)))),
      "process-wide": round1(mean(of.map((one) => one.byProcess))),
      "its worst error ms": round1(Math.max(...of.map((one) => Math.abs(one.byProcess - one.truth)))),
    };
  }),
);
