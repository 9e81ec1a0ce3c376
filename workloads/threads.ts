import { getCompileCacheDir } from "node:module";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import type { Worker } from "node:worker_threads";
import { Piscina, queueOptionsSymbol } from "piscina";
import { HoldupError } from "../core/errors.ts";
import type { SliceOutcome, SliceTask } from "./slice.ts";

/** Young generation of a thread, MiB: enough for the garbage of an operation, little while the thread rests. */
const youngGenerationMb = 8;

export type ThreadsOptions = {
  readonly threads: number;
  /** Heap of a thread, MiB. Operations need a few; memory stress and buffers are outside the heap and not limited by it. */
  readonly workerHeapMb: number;
  /** Module whose `runSlice` runs in the threads. */
  readonly workerFile?: URL;
};

/**
 * Worker threads that run one slice each at a time. A thread that dies is replaced; only its slice fails.
 *
 * Piscina makes and replaces the threads. It is never given more slices than there are threads: its queue puts a task
 * that finds none free at the end of the line again, and cancels a running one by ending the thread.
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
    // Its other modes stop the thread's own event loop between tasks, and with it Redis's socket and reconnects.
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
  // A thread that dies while idle or while starting. It is replaced, unless it died starting: then Piscina gives up and
  // would leave waiting slices where they are.
  piscina.on("error", (thrown) => {
    if (piscina.threads.length === 0) for (const fail of failures) fail(thrown);
  });

  return {
    /**
     * Runs a slice; `started` is called on this thread with the worker thread as it is handed over.
     *
     * @throws HoldupError HOLDUP_WORKLOAD_FAILED when the thread died
     */
    async execute(task: SliceTask, started: (worker: Worker) => void): Promise<SliceOutcome> {
      const ticket = {};
      onThread.set(ticket, started);
      const died = Promise.withResolvers<never>();
      failures.add(died.reject);
      try {
        // Piscina hands the ticket to the balancer; being under a symbol it is not cloned into the thread.
        const ran = piscina.run({ ...task, [queueOptionsSymbol]: ticket });
        return await Promise.race([ran, died.promise]);
      } catch (thrown) {
        throw threadDied(thrown, task);
      } finally {
        failures.delete(died.reject);
      }
    },
    /** Ends the threads, whatever they do. */
    stop: () => piscina.destroy(),
  };
}

/**
 * A thread shares the service's compile cache (NODE_COMPILE_CACHE) when there is one: it then loads no TypeScript
 * compiler, which is 15 of its 40 MB.
 */
function threadEnv(): Record<string, string> {
  const cache = getCompileCacheDir();
  // The directory in use is named after the Node version, inside the one that was asked for.
  return cache === undefined ? {} : { NODE_COMPILE_CACHE: dirname(cache) };
}

function threadDied(thrown: unknown, task: SliceTask): HoldupError {
  const outOfMemory =
    thrown instanceof Error && "code" in thrown && thrown.code === "ERR_WORKER_OUT_OF_MEMORY";
  const reason = outOfMemory ? "ran out of heap memory" : `died (${String(thrown)})`;
  return new HoldupError(
    "HOLDUP_WORKLOAD_FAILED",
    `The worker thread of ${task.operation} (${task.items} items) ${reason}. Lower HOLDUP_WORKLOAD_SCALE if it goes on.`,
    { cause: thrown },
  );
}
