import type { Worker } from "node:worker_threads";
import { HoldupError } from "../core/errors.ts";
import type { SliceOutcome, SliceReport, SliceTask } from "./slice.ts";
import { createThreads, type ThreadsOptions } from "./threads.ts";

/** Called on the main thread when slices of one operation start and end. Must not throw. */
export type SliceWatch = {
  sliceStarted(slice: number, worker: Worker): void;
  /** `outcome` has the times and the CPU time; it is undefined when the thread died. */
  sliceEnded(slice: number, outcome: SliceOutcome | undefined): void;
};

type Running = {
  readonly watch: SliceWatch;
  readonly reports: SliceReport[];
  readonly settled: PromiseWithResolvers<readonly SliceReport[]>;
  /** Slices that have neither ended nor been dropped. */
  open: number;
  isStarted: boolean;
  failure: { readonly thrown: unknown } | undefined;
};

/**
 * Runs operations, cut into slices, on `threads` worker threads, one slice per thread at a time, in order of arrival:
 *
 *     thread 1  A1 A3 | B1 | C
 *     thread 2  A2 A4 | B2 | D       B waits until its first slice starts. No slice waits for another, so there is no
 *                                    deadlock.
 *
 * At most `maxQueue` operations wait, in addition to those that run.
 */
export function createPool(options: ThreadsOptions & { readonly maxQueue: number }) {
  const threads = createThreads(options);
  const unsettled = new Set<Promise<unknown>>();
  let waiting: { task: SliceTask; operation: Running }[] = [];
  let freeThreads = options.threads;
  let waitingOperations = 0;
  let isStopping = false;

  function dispatch(): void {
    while (freeThreads > 0) {
      const next = waiting.shift();
      if (next === undefined) return;
      freeThreads--;
      if (!next.operation.isStarted) waitingOperations--;
      next.operation.isStarted = true;
      void runSlice(next.task, next.operation);
    }
  }

  async function runSlice(task: SliceTask, operation: Running): Promise<void> {
    let outcome: SliceOutcome | undefined;
    try {
      outcome = await threads.execute(task, (worker) => operation.watch.sliceStarted(task.slice, worker));
      operation.reports[task.slice] = reportOf(outcome);
    } catch (thrown) {
      operation.failure ??= { thrown };
      drop(operation);
    }
    operation.watch.sliceEnded(task.slice, outcome);
    freeThreads++;
    close(operation, 1);
    dispatch();
  }

  /** Removes the slices that have not started: the operation has failed. */
  function drop(operation: Running): void {
    const before = waiting.length;
    waiting = waiting.filter((entry) => entry.operation !== operation);
    close(operation, before - waiting.length);
  }

  function close(operation: Running, slices: number): void {
    operation.open -= slices;
    if (operation.open > 0) return;
    if (operation.failure) operation.settled.reject(operation.failure.thrown);
    else operation.settled.resolve(operation.reports);
  }

  return {
    /**
     * Runs all slices of one operation; resolves to their reports in the order of the tasks. When a slice fails, waiting
     * slices are dropped and running ones are awaited before this rejects.
     *
     * @throws HoldupError HOLDUP_OVERLOADED, HOLDUP_STOPPING, or the error of the first slice that failed
     */
    async run(tasks: readonly SliceTask[], watch: SliceWatch): Promise<readonly SliceReport[]> {
      if (isStopping) throw stopping();
      if (freeThreads === 0 && waitingOperations >= options.maxQueue) throw overloaded(options);
      const operation: Running = {
        watch,
        reports: [],
        settled: Promise.withResolvers(),
        open: tasks.length,
        isStarted: false,
        failure: undefined,
      };
      const { promise } = operation.settled;
      unsettled.add(promise);
      waitingOperations++;
      waiting.push(...tasks.map((task) => ({ task, operation })));
      dispatch();
      return promise.finally(() => unsettled.delete(promise));
    },
    /** Operations without a started slice. */
    queued: () => waitingOperations,
    /** Threads that are running a slice. */
    busy: () => options.threads - freeThreads,
    /** Finishes started operations, refuses the others with HOLDUP_STOPPING, and ends the threads. */
    async stop(): Promise<void> {
      isStopping = true;
      for (const operation of new Set(waiting.map((entry) => entry.operation))) {
        if (operation.isStarted) continue;
        waitingOperations--;
        operation.failure = { thrown: stopping() };
        drop(operation);
      }
      await Promise.allSettled(unsettled);
      await threads.stop();
    },
  };
}

/** @throws HoldupError with the code of the failure in the thread */
function reportOf(outcome: SliceOutcome): SliceReport {
  if (outcome.ok) return outcome;
  throw new HoldupError(outcome.code, outcome.message, { cause: outcome.cause || undefined });
}

function overloaded({
  threads,
  maxQueue,
}: {
  readonly threads: number;
  readonly maxQueue: number;
}): HoldupError {
  return new HoldupError(
    "HOLDUP_OVERLOADED",
    `All ${threads} worker threads are busy and ${maxQueue} operations wait. Send less, or raise HOLDUP_WORKER_THREADS or HOLDUP_MAX_QUEUE.`,
  );
}

function stopping(): HoldupError {
  return new HoldupError("HOLDUP_STOPPING", "This service is stopping and accepts no more work.");
}
