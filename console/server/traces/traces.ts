import type { Logger } from "../../../shared/telemetry/log.ts";
import type { OrderNumbers } from "../order-numbers.ts";
import type { AskName, Asks, TracesSettings } from "./protocol.ts";
import { startThread, type Thread, type ThreadEnd } from "./thread.ts";

const workerFile = new URL("./main.ts", import.meta.url);
/** Explaining 200,000 spans needs less than 448. */
const defaultHeapMb = 512;
const leastSpans = 1_000;
const defaultRestartMs = 1_000;
const longestRestartMs = 30_000;

export type Traces = ReturnType<typeof createTraces>;

/**
 * The traces, kept and explained in a thread of their own, so that this one answers at once. A thread that dies is replaced by one
 * that reads them anew, and keeps half as many if it died of their number.
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
  /** Why Jaeger's traces cannot be read. */
  let unread: string | undefined;
  /** Why there is no thread that has looked. */
  let dead: string | undefined;
  let thread = start();
  const read = numbers.read().then(resume);

  function start(): Thread {
    return startThread({
      file,
      settings: { ...settings, maxSpans },
      heapMb,
      onLooked(trouble) {
        if (trouble !== undefined && unread === undefined) log.warn(`no spans: ${trouble}`);
        unread = trouble;
        dead = undefined;
        restartMs = firstRestartMs;
      },
      onNumbered: numbers.add,
      onDeath: replace,
    });
  }

  function replace({ why, isOutOfMemory }: ThreadEnd): void {
    if (isOutOfMemory) maxSpans = Math.max(leastSpans, Math.floor(maxSpans / 2));
    dead = `What explains the traces has ended (${why}). It is started again, and reads them anew.`;
    log.error({ why, maxSpans, restartMs }, "the thread that explains has died; starting it again");
    restart = setTimeout(() => {
      thread = start();
      void resume();
      if (isWatched) void watch(true);
    }, restartMs);
    restartMs = Math.min(longestRestartMs, restartMs * 2);
  }

  async function resume(): Promise<void> {
    const known = numbers.now();
    if (known) await thread.ask("resume", known).catch(() => {});
  }

  async function watch(watched: boolean): Promise<void> {
    isWatched = watched;
    // One that has just died is told when it is there again.
    await thread.ask("watch", watched).catch(() => {});
  }

  function trouble(): string | undefined {
    if (dead !== undefined || unread !== undefined) return dead ?? unread;
    if (maxSpans === settings.maxSpans) return undefined;
    return `Only the newest ${maxSpans.toLocaleString("en")} spans are kept: more need too much memory to be explained.`;
  }

  return {
    /** @throws HoldupError HOLDUP_TRACES_UNREADABLE while there is no thread to ask, and what it answers with */
    ask: <Name extends AskName>(name: Name, ask: Asks[Name]["ask"]): Promise<Asks[Name]["answer"]> =>
      thread.ask(name, ask),
    watch,
    /** What cannot be told, and why; undefined while all is well. */
    trouble,
    async stop(): Promise<void> {
      clearTimeout(restart);
      await thread.end();
      await read;
    },
  };
}
