import type { Logger } from "../../../shared/telemetry/log.ts";
import type { OrderNumbers } from "../order-numbers.ts";
import type { RequestName, Requests, TracesSettings } from "./protocol.ts";
import { startThread, type Thread, type ThreadEnd } from "./thread.ts";

const workerFile = new URL("./main.ts", import.meta.url);
/** Explaining 200,000 spans needs less than 448. */
const defaultHeapMb = 512;
const minSpans = 1_000;
const defaultRestartMs = 1_000;
const maxRestartMs = 30_000;

export type Traces = ReturnType<typeof createTraces>;

/**
 * The traces, kept and explained in their own thread, so that the HTTP thread always answers at once. A dead thread is replaced
 * by one that reads the traces again; if it ran out of memory, the new one keeps half as many spans.
 */
export function createTraces(options: {
  readonly settings: TracesSettings;
  /** The numbers of orders, which outlive the thread. */
  readonly numbers: Pick<OrderNumbers, "now" | "read" | "add">;
  readonly log: Logger;
  readonly file?: URL;
  readonly heapMb?: number;
  readonly restartMs?: number;
}) {
  const { settings, numbers, log, file = workerFile, heapMb = defaultHeapMb } = options;
  const { restartMs: firstRestartMs = defaultRestartMs } = options;
  let { maxSpans } = settings;
  let restartMs = firstRestartMs;
  let restart: NodeJS.Timeout | undefined;
  let isWatched = false;
  /** Why the last poll of Jaeger failed. */
  let pollError: string | undefined;
  /** Why the last thread died; undefined once the next one has polled. */
  let deathReason: string | undefined;
  let thread = start();
  const restored = numbers.read().then(restoreNumbers);

  function start(): Thread {
    return startThread({
      file,
      settings: { ...settings, maxSpans },
      heapMb,
      onPoll(error) {
        if (error !== undefined && pollError === undefined) log.warn(`cannot read spans: ${error}`);
        pollError = error;
        deathReason = undefined;
        restartMs = firstRestartMs;
      },
      onNumbered: numbers.add,
      onDeath: replace,
    });
  }

  function replace({ why, isOutOfMemory }: ThreadEnd): void {
    if (isOutOfMemory) maxSpans = Math.max(minSpans, Math.floor(maxSpans / 2));
    deathReason = `The thread that explains the traces has died (${why}). It is being restarted and reads them again.`;
    log.error({ why, maxSpans, restartMs }, "the traces thread has died; restarting it");
    restart = setTimeout(() => {
      thread = start();
      void restoreNumbers();
      if (isWatched) void setWatched(true);
    }, restartMs);
    restartMs = Math.min(maxRestartMs, restartMs * 2);
  }

  async function restoreNumbers(): Promise<void> {
    const known = numbers.now();
    if (known) await thread.request("restoreNumbers", known).catch(() => {});
  }

  async function setWatched(watched: boolean): Promise<void> {
    isWatched = watched;
    // A dead thread gets it when it is replaced.
    await thread.request("setWatched", watched).catch(() => {});
  }

  function problem(): string | undefined {
    if (deathReason !== undefined || pollError !== undefined) return deathReason ?? pollError;
    if (maxSpans === settings.maxSpans) return undefined;
    return `Only the newest ${maxSpans.toLocaleString("en")} spans are kept: explaining more needs too much memory.`;
  }

  return {
    /** @throws HoldupError HOLDUP_TRACES_UNREADABLE while there is no thread, and the errors of the thread */
    request: <Name extends RequestName>(
      name: Name,
      request: Requests[Name]["request"],
    ): Promise<Requests[Name]["response"]> => thread.request(name, request),
    setWatched,
    /** What is missing, and why; undefined while nothing is. */
    problem,
    async stop(): Promise<void> {
      clearTimeout(restart);
      await thread.end();
      await restored;
    },
  };
}
