import { getCompileCacheDir } from "node:module";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import type { Worker } from "node:worker_threads";
import { Piscina, queueOptionsSymbol } from "piscina";
import { HoldupError } from "../core/errors.ts";
import type { SliceOutcome, SliceTask } from "./slice.ts";

/** Young generation of a thread, MiB: enough for the garbage of an operation, and small while the thread is idle. */
const youngGenerationMb = 8;

export type ThreadsOptions = {
  readonly threads: number;
  /** Heap of a thread, MiB. Operations need little of it: memory stress and buffers are outside the heap. */
  readonly workerHeapMb: number;
  /** Module whose `runSlice` runs in the threads. */
  readonly workerFile?: URL;
};

/**
 * Worker threads that run one slice each at a time. A thread that dies is replaced; only its slice fails.
 *
 * Piscina creates and replaces the threads. It never gets more slices than threads: its queue moves a task that finds no free
 * thread to the end, and cancels a running one by ending the thread.
 */
export function createThreads(options: ThreadsOptions) {
  const onThread = new WeakMap<object, (worker: Worker) => void>();
  const failures = new Set<(thrown: unknown) => void>();

  const piscina = new Piscina<object, SliceOutcome>({
    filename: fileURLToPath(options.workerFile ?? new URL("./worker.ts", import.meta.url)),
    name: "runSlice",
    minThreads: options.threads,
    maxThreads: options.threads,
    idleTimeout: Number.POSITIVE_INFINITY,
    concurrentTasksPerWorker: 1,
    // The other modes block the thread's event loop between tasks, and with it Redis's socket and reconnects.
    atomics: "disabled",
    recordTiming: false,
    resourceLimits: {
      maxOldGenerationSizeMb: options.workerHeapMb,
      maxYoungGenerationSizeMb: youngGenerationMb,
    },
    // Bare threads: neither the preload that traces the service, given as an argument or in NODE_OPTIONS, nor secrets.
    execArgv: [],
    env: threadEnv(),
    loadBalancer(task, workers) {
      const idle = workers.find((worker) => worker.currentUsage === 0);
      const ticket = task[queueOptionsSymbol];
      const worker = piscina.threads.find(({ threadId }) => threadId === idle?.id);
      if (ticket && worker) onThread.get(ticket)?.(worker);
      return idle ?? null;
    },
  });
  // Emitted when a thread dies while idle or starting. It is replaced, unless it died while starting: then Piscina gives up
  // and would leave waiting slices unsettled.
  piscina.on("error", (thrown) => {
    if (piscina.threads.length === 0) for (const fail of failures) fail(thrown);
  });

  return {
    /**
     * Runs a slice; calls `started` on this thread with the worker thread that runs it.
     *
     * @throws HoldupError HOLDUP_WORKLOAD_FAILED when the thread died
     */
    async execute(task: SliceTask, started: (worker: Worker) => void): Promise<SliceOutcome> {
      const ticket = {};
      onThread.set(ticket, started);
      const died = Promise.withResolvers<never>();
      failures.add(died.reject);
      try {
        // Piscina passes the ticket to the balancer; under a symbol, it is not cloned into the thread.
        const ran = piscina.run({ ...task, [queueOptionsSymbol]: ticket });
        return await Promise.race([ran, died.promise]);
      } catch (thrown) {
        throw threadDied(thrown, task);
      } finally {
        failures.delete(died.reject);
      }
    },
    /** Ends the threads, whatever they are doing. */
    stop: () => piscina.destroy(),
  };
}

/**
 * A thread shares the service's compile cache (NODE_COMPILE_CACHE) when there is one: then it loads no TypeScript
 * compiler, which takes 15 of its 40 MB.
 */
function threadEnv(): Record<string, string> {
  const cache = getCompileCacheDir();
  // The directory in use is a subfolder, named after the Node version, of the configured one.
  return cache === undefined ? {} : { NODE_COMPILE_CACHE: dirname(cache) };
}

function threadDied(thrown: unknown, task: SliceTask): HoldupError {
  const outOfMemory =
    thrown instanceof Error && "code" in thrown && thrown.code === "ERR_WORKER_OUT_OF_MEMORY";
  const reason = outOfMemory ? "ran out of heap memory" : `died (${String(thrown)})`;
  return new HoldupError(
    "HOLDUP_WORKLOAD_FAILED",
    `The worker thread of ${task.operation} (${task.items} items) ${reason}. Lower HOLDUP_WORKLOAD_SCALE if it happens again.`,
    { cause: thrown },
  );
}
