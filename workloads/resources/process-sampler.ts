import { type EventLoopUtilization, monitorEventLoopDelay, performance } from "node:perf_hooks";
import pidusage from "pidusage";
import { monotonicMs } from "../slice.ts";

/** Counters of the whole process at one moment. */
export type ProcessReading = {
  readonly atMs: number;
  /** CPU time since the process started, user and system, of all its threads, ms. */
  readonly cpuMs: number;
  readonly rssBytes: number;
  readonly loop: EventLoopUtilization;
};

/** What happened in the process since the last tick. */
export type ProcessTick = {
  readonly rssBytes: number;
  /** Longest delay of the event loop, ms. */
  readonly loopDelayMs: number;
};

export type ProcessSampler = ReturnType<typeof createProcessSampler>;

/** Resolution of the event loop's delay, ms: a finer timer would itself be load. */
const loopResolutionMs = 20;

/**
 * One sampler for all operations of a process: it ticks every `intervalMs` while it has followers.
 */
export function createProcessSampler(intervalMs: number) {
  const followers = new Set<(tick: ProcessTick) => void>();
  let timer: NodeJS.Timeout | undefined;
  let delays: ReturnType<typeof monitorEventLoopDelay> | undefined;

  function loopDelayMs(): number {
    // The histogram counts the whole interval of its timer; only the excess is a delay.
    return Math.max(0, (delays?.max ?? 0) / 1e6 - loopResolutionMs);
  }

  async function tick(): Promise<void> {
    // Read from outside the process, as ps and docker stats do.
    const memory = await pidusage(process.pid).then(
      (usage) => usage.memory,
      () => process.memoryUsage.rss(),
    );
    const now = { rssBytes: memory, loopDelayMs: loopDelayMs() };
    delays?.reset();
    for (const follower of followers) follower(now);
  }

  return {
    /** Reads the kernel's counters now; takes about 10 µs. */
    read(): ProcessReading {
      const { user, system } = process.cpuUsage();
      return {
        atMs: monotonicMs(),
        cpuMs: (user + system) / 1000,
        rssBytes: process.memoryUsage.rss(),
        loop: performance.eventLoopUtilization(),
      };
    },
    /** Longest delay of the event loop since the last tick, ms. */
    loopDelayMs,
    /** Calls `follower` at every tick, until the returned function is called. */
    follow(follower: (tick: ProcessTick) => void): () => void {
      followers.add(follower);
      if (!timer) {
        timer = setInterval(() => void tick(), intervalMs).unref();
        delays ??= monitorEventLoopDelay({ resolution: loopResolutionMs });
        delays.reset();
        delays.enable();
      }
      return () => {
        followers.delete(follower);
        if (followers.size > 0) return;
        clearInterval(timer);
        timer = undefined;
        delays?.disable();
      };
    },
  };
}
