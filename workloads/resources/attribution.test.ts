import { trace } from "@opentelemetry/api";
import { expect, it, onTestFinished } from "vitest";
import { createPool } from "../pool.ts";
import { recordSpans } from "../recording-tracer.fixture.ts";
import type { SliceTask } from "../slice.ts";
import { sleeping } from "./burning-worker.fixture.ts";
import { createResourceObserver } from "./observe-resources.ts";

const spans = recordSpans();
const burning = 1;
/** Low, because on a busy machine a burn gets a small share of a core; a sleep uses about 0.1 %. */
const cpuThreshold = 2;

type Burn = { seed: typeof sleeping | typeof burning; ms: number };

function tasksOf(parts: readonly Burn[]): SliceTask[] {
  const rest = { slices: parts.length, memoryMb: 0, residentMb: 0, runId: "", redisUrl: "", workDir: "" };
  return parts.map(({ seed, ms }, slice) => ({
    operation: "hash_computation",
    items: ms,
    seed,
    slice,
    ...rest,
  }));
}

/** Waits until the threads have started: a starting thread takes its first slice late. */
async function warmUp(pool: ReturnType<typeof createPool>, threads: number): Promise<void> {
  const unwatched = { sliceStarted: () => undefined, sliceEnded: () => undefined };
  await pool.run(tasksOf(Array.from({ length: threads }, () => sleep(20))), unwatched);
}

/** Runs operations of known cost at the same time; returns a look-up of their spans' attributes. */
async function measure(threads: number, operations: Record<string, readonly Burn[]>, sampleIntervalMs = 50) {
  const workerFile = new URL("./burning-worker.fixture.ts", import.meta.url);
  const pool = createPool({ threads, maxQueue: 100, workerHeapMb: 64, workerFile });
  onTestFinished(() => pool.stop());
  const observe = createResourceObserver({ sampleIntervalMs, cpuThreshold, memoryThresholdMb: 100 });
  await warmUp(pool, threads);
  await Promise.all(
    Object.entries(operations).map(async ([name, parts]) => {
      const span = trace.getTracer("test").startSpan(name);
      const { seed } = parts[0] ?? { seed: burning };
      const watch = observe(span, {
        span: "data_analysis",
        type: "cpu_heavy",
        intensity: "medium",
        operation: "hash_computation",
        items: 1,
        seed,
      });
      await pool.run(tasksOf(parts), watch);
      watch.end();
      span.end();
    }),
  );
  return (name: string) => spans.findLast((span) => span.name === name)?.attributes ?? {};
}

const burn = (ms: number): Burn => ({ seed: burning, ms });
const sleep = (ms: number): Burn => ({ seed: sleeping, ms });

/** 3 % of the burn, and what a thread adds at both ends: a burn stops when it next reads its clock. */
const tolerance = (ms: number) => ms * 0.03 + 6;

it("charges a burn with what it burnt, and a concurrent sleep with nothing", async () => {
  const of = await measure(2, { burner: [burn(400)], sleeper: [sleep(400)] });
  expect(Math.abs(Number(of("burner")["resource.cpu.time_ms"]) - 400)).toBeLessThan(tolerance(400));
  expect(of("sleeper")["resource.cpu.time_ms"]).toBeLessThan(tolerance(400));
  expect(of("burner")["resource.cpu_bound"]).toBe(true);
  expect(of("sleeper")["resource.cpu_bound"]).toBe(false);
  // The CPU of the whole process is on both, under another name.
  expect(of("sleeper")["resource.process.cpu.avg"]).toBeGreaterThan(cpuThreshold / 2);
});

it("keeps burns separate while they share the cores", async () => {
  const costs = { a: 100, b: 250, c: 50, d: 400 };
  const of = await measure(4, {
    a: [burn(costs.a)],
    b: [burn(costs.b)],
    c: [burn(costs.c)],
    d: [burn(costs.d)],
  });
  for (const [name, ms] of Object.entries(costs)) {
    expect(Math.abs(Number(of(name)["resource.cpu.time_ms"]) - ms), name).toBeLessThan(tolerance(ms));
  }
});

it("adds up a burn that is split over threads", async () => {
  const of = await measure(2, { split: [burn(200), burn(150), burn(100), burn(50)], sleeper: [sleep(100)] });
  expect(Math.abs(Number(of("split")["resource.cpu.time_ms"]) - 500)).toBeLessThan(tolerance(500) + 4);
});

it("does not charge an operation with what a thread did before", async () => {
  const of = await measure(1, { first: [burn(300)], second: [sleep(150)], third: [burn(60)] });
  expect(of("second")["resource.cpu.time_ms"]).toBeLessThan(tolerance(150));
  expect(of("second")["resource.cpu.max"]).toBeLessThan(50);
  expect(Math.abs(Number(of("third")["resource.cpu.time_ms"]) - 60)).toBeLessThan(tolerance(60));
});

it("samples an operation at its start and end, however short, and more often when it is long", async () => {
  // Longer than the short one, however busy the machine.
  const ofShort = await measure(1, { short: [burn(2)] }, 60_000);
  expect(ofShort("short")["resource.samples"]).toBe(2);
  const of = await measure(1, { long: [burn(400)] });
  expect(of("long")["resource.samples"]).toBeGreaterThan(3);
  expect(of("long")["resource.cpu.max"]).toBeGreaterThanOrEqual(Number(of("long")["resource.cpu.avg"]));
});

it("reports the memory of the process and flags only its growth", async () => {
  const of = await measure(1, { small: [burn(60)] });
  const {
    "resource.memory.min_mb": min,
    "resource.memory.avg_mb": avg,
    "resource.memory.max_mb": max,
  } = of("small");
  expect(Number(min)).toBeGreaterThan(20);
  expect(Number(avg)).toBeGreaterThanOrEqual(Number(min));
  expect(Number(max)).toBeGreaterThanOrEqual(Number(avg));
  expect(of("small")["resource.memory_threshold_exceeded"]).toBe(false);
});

it("costs nothing on a span that is not recorded", async () => {
  const observe = createResourceObserver({ sampleIntervalMs: 10, cpuThreshold: 70, memoryThresholdMb: 100 });
  const span = trace.getTracer("test").startSpan("unsampled");
  span.end();
  const choice = {
    span: "data_analysis",
    type: "cpu_heavy",
    intensity: "light",
    operation: "json_processing",
    items: 1,
    seed: 1,
  } as const;
  observe(span, choice).end();
  expect(spans.findLast(({ name }) => name === "unsampled")?.attributes).toEqual({});
});
