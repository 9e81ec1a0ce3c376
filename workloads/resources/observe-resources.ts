import { performance } from "node:perf_hooks";
import type { Attributes, Span } from "@opentelemetry/api";
import type { Choice } from "../choose.ts";
import type { SliceWatch } from "../pool.ts";
import { type SliceTimes, timesOf } from "../slice.ts";
import { cpuPercentOf, percent } from "./cpu-percent.ts";
import { createProcessSampler, type ProcessReading, type ProcessSampler } from "./process-sampler.ts";
import { createThreadUsage, type ThreadReading } from "./thread-usage.ts";

export type ResourceOptions = {
  /** Time between two samples of an operation, ms. */
  readonly sampleIntervalMs: number;
  /** Average CPU, percent of one core, from which an operation counts as CPU-bound. */
  readonly cpuThreshold: number;
  /** Growth of resident memory during an operation, MiB, above which it is flagged. */
  readonly memoryThresholdMb: number;
};

/** Watches one run of an operation. `end` is called last, while the span can still be written to. */
type OperationWatch = SliceWatch & { end(): void };

/** Called when an operation is submitted, before it waits for a thread. */
export type Observe = (span: Span, choice: Choice) => OperationWatch;

const mebibyte = 1024 * 1024;

const watchNothing: OperationWatch = {
  sliceStarted: () => undefined,
  sliceEnded: () => undefined,
  end: () => undefined,
};

/** Measures what each operation costs and writes it to its span; see docs/resource-attributes.md. */
export function createResourceObserver(options: ResourceOptions): Observe {
  const sampler = createProcessSampler(options.sampleIntervalMs);
  return (span) => (span.isRecording() ? watch(span, sampler, options) : watchNothing);
}

function watch(span: Span, sampler: ProcessSampler, options: ResourceOptions): OperationWatch {
  const threads = createThreadUsage();
  const slices: SliceTimes[] = [];
  const memory: number[] = [];
  let longestDelayMs = 0;
  let start: ProcessReading | undefined;
  let unfollow = () => {};

  return {
    sliceStarted(slice, worker) {
      if (!start) {
        start = sampler.read();
        memory.push(start.rssBytes);
        unfollow = sampler.follow(({ rssBytes, loopDelayMs }) => {
          memory.push(rssBytes);
          longestDelayMs = Math.max(longestDelayMs, loopDelayMs);
          void threads.sample();
        });
      }
      threads.sliceStarted(slice, worker);
    },
    sliceEnded(slice, outcome) {
      threads.sliceEnded(slice, outcome);
      if (outcome) slices.push(outcome);
    },
    end() {
      if (!start) return;
      longestDelayMs = Math.max(longestDelayMs, sampler.loopDelayMs());
      unfollow();
      const end = sampler.read();
      memory.push(end.rssBytes);
      const readings = threads.finish();
      span.setAttributes({
        ...cpuAttributes(readings, slices, options),
        ...processAttributes(start, end),
        ...memoryAttributes(memory, options),
        "resource.event_loop.delay.max_ms": round(longestDelayMs),
        "resource.event_loop.utilization": round(
          performance.eventLoopUtilization(end.loop, start.loop).utilization,
          1000,
        ),
        "resource.samples": readings.length,
      });
    },
  };
}

function cpuAttributes(
  readings: readonly ThreadReading[],
  slices: readonly SliceTimes[],
  { cpuThreshold }: ResourceOptions,
): Attributes {
  const cpuMs = readings.at(-1)?.cpuMs ?? 0;
  // If every thread died there are no slice times; then the readings cover the run.
  const readMs = (readings.at(-1)?.atMs ?? 0) - (readings[0]?.atMs ?? 0);
  const runMs = slices.length > 0 ? timesOf(0, slices).runMs : readMs;
  const cpu = cpuPercentOf(readings, { cpuMs, runMs });
  return {
    "resource.cpu.avg": round(cpu.avg),
    "resource.cpu.max": round(cpu.max),
    "resource.cpu.min": round(cpu.min),
    "resource.cpu.time_ms": round(cpuMs, 1000),
    "resource.cpu_bound": cpu.avg >= cpuThreshold,
  };
}

function processAttributes(start: ProcessReading, end: ProcessReading): Attributes {
  return { "resource.process.cpu.avg": round(percent(end.cpuMs - start.cpuMs, end.atMs - start.atMs)) };
}

function memoryAttributes(rssBytes: readonly number[], { memoryThresholdMb }: ResourceOptions): Attributes {
  const mb = rssBytes.map((bytes) => bytes / mebibyte);
  const max = Math.max(...mb);
  const growth = max - (mb[0] ?? max);
  return {
    "resource.memory.avg_mb": round(mb.reduce((sum, one) => sum + one, 0) / mb.length),
    "resource.memory.max_mb": round(max),
    "resource.memory.min_mb": round(Math.min(...mb)),
    "resource.memory.growth_mb": round(growth),
    "resource.memory_threshold_exceeded": growth > memoryThresholdMb,
  };
}

function round(value: number, parts = 10): number {
  return Math.round(value * parts) / parts;
}
