import { hash, randomUUID } from "node:crypto";
import type { Attributes, Span } from "@opentelemetry/api";
import type { OperationRunner, OperationUnderWay } from "../shared/pipeline/operations.ts";
import type { OperationResult } from "../shared/pipeline/order.ts";
import type { Profile } from "../shared/pipeline/workload-names.ts";
import { inSpan } from "../shared/telemetry/spans.ts";
import { type Choice, choose } from "./choose.ts";
import { removeLeftovers, removeRun } from "./io/work-file.ts";
import { operations } from "./operations.ts";
import { createPool } from "./pool.ts";
import { createResourceObserver, type Observe, type ResourceOptions } from "./resources/observe-resources.ts";
import { monotonicMs, type SliceTask, type SliceTimes, timesOf } from "./slice.ts";

export type WorkloadsOptions = ResourceOptions & {
  profile: Profile;
  redisUrl: string;
  workDir: string;
  /** Worker threads; heavy and severe CPU operations spread over all of them. */
  threads: number;
  /** Multiplies the size of every operation. */
  scale: number;
  /** Operations that may wait for a thread. */
  maxQueue: number;
  /** Heap of a worker thread, MiB; one that needs more dies, and with it its operation alone. */
  workerHeapMb: number;
  observe?: Observe;
};

/** Starts the worker threads of a service. */
export function createWorkloads(options: WorkloadsOptions): OperationRunner {
  const pool = createPool(options);
  const observe = options.observe ?? createResourceObserver(options);
  const tidied = removeLeftovers(options.workDir);
  const running = new Map<Promise<unknown>, OperationUnderWay>();

  async function runChoice(choice: Choice, span: Span): Promise<OperationResult> {
    const runId = randomUUID();
    const watch = observe(span, choice);
    const slices: SliceTimes[] = [];
    const submittedMs = monotonicMs();
    try {
      const reports = await pool.run(slicesOf(choice, runId, options), {
        sliceStarted: watch.sliceStarted,
        sliceEnded(slice, outcome) {
          if (outcome) slices.push(outcome);
          watch.sliceEnded(slice, outcome);
        },
      });
      const digests = reports.map((report) => report.digest);
      const { span: name, type, intensity, operation, items } = choice;
      const { runMs } = timesOf(submittedMs, slices);
      return { span: name, type, intensity, operation, items, checksum: checksum(choice, digests), runMs };
    } catch (thrown) {
      // A thread removes its own files, unless it died.
      await removeRun(options.workDir, runId);
      throw thrown;
    } finally {
      if (slices.length > 0) {
        const { queueMs, threads } = timesOf(submittedMs, slices);
        span.setAttributes({ "workload.queue_ms": queueMs, "workload.threads": threads });
      }
      watch.end();
    }
  }

  return {
    run(span, order) {
      const forced = order.workload?.[span];
      const choice = choose({
        profile: options.profile,
        span,
        seed: order.seed,
        scale: options.scale,
        forced,
      });
      const result = inSpan(
        choice.span,
        attributesOf(choice, order.orderId),
        (active) => runChoice(choice, active),
        "holdup.workloads",
      );
      const { operation, intensity } = choice;
      running.set(result, { orderId: order.orderId, operation, intensity, sinceMs: Date.now() });
      return result.finally(() => running.delete(result));
    },
    load: () => ({
      threads: options.threads,
      busy: pool.busy(),
      queued: pool.queued(),
      operations: [...running.values()],
    }),
    async stop() {
      await pool.stop();
      await Promise.allSettled([tidied, ...running.keys()]);
    },
  };
}

function attributesOf(choice: Choice, orderId: string): Attributes {
  return {
    "holdup.order.id": orderId,
    "workload.type": choice.type,
    "workload.intensity": choice.intensity,
    "workload.operation": choice.operation,
    "workload.items": choice.items,
    "workload.seed": choice.seed,
  };
}

/** Checksum of an operation, 64 hex digits, from the digests of its slices in order. */
export function checksum(
  { operation, items, seed }: Pick<Choice, "operation" | "items" | "seed">,
  digests: readonly string[],
): string {
  return hash("sha256", [operation, items, seed, ...digests].join(":"));
}

/** The slices of a choice. Their number does not depend on the threads, so neither does the result. */
export function slicesOf(
  choice: Choice,
  runId: string,
  options: Pick<WorkloadsOptions, "threads" | "scale" | "redisUrl" | "workDir">,
): SliceTask[] {
  const { slices, memoryMb } = operations[choice.operation];
  const scaledMb = memoryMb === 0 ? 0 : Math.max(1, Math.round(memoryMb * options.scale));
  return Array.from({ length: slices }, (_, slice) => ({
    operation: choice.operation,
    items: choice.items,
    seed: choice.seed,
    slice,
    slices,
    memoryMb: scaledMb,
    residentMb: Math.ceil(scaledMb / Math.min(options.threads, slices)),
    runId,
    redisUrl: options.redisUrl,
    workDir: options.workDir,
  }));
}
