import { type ChildProcess, spawn } from "node:child_process";
import { closeSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { z } from "zod";
import { HoldupError } from "../../../core/errors.ts";
import type { ProcessEntry } from "../../state/lab-file.ts";
import { openLog } from "../../state/process-log.ts";
import { startTimeOf } from "../../system/process/identity.ts";
import type { Launch, ProcessSpec } from "../process-spec.ts";

const probeMs = 100;
/** A start is given up after this many exits in a row before being ready. */
const maxFailedStarts = 5;
const firstPauseMs = 100;
const longestPauseMs = 5000;
/** Crashes are no longer counted once a process has been ready for this long. */
const healthyMs = 30_000;

const listening = z.object({ listening: z.number() });

export type SupervisedProcess = ReturnType<typeof supervise>;

/** Growing pauses between the attempts to run one process: 100 ms, 200 ms, … 5 s. */
export function createBackOff(clock: () => number) {
  let crashes = 0;
  let readyMs: number | undefined;
  return {
    ready() {
      readyMs = clock();
    },
    /** Call it when the process has ended. Returns the pause before the next attempt, ms. */
    crashed(): number {
      if (readyMs !== undefined && clock() - readyMs >= healthyMs) crashes = 0;
      readyMs = undefined;
      crashes++;
      return Math.min(longestPauseMs, firstPauseMs * 2 ** (crashes - 1));
    },
  };
}

function spawnLogged(launch: Launch, log: string, hasIpc: boolean): ChildProcess {
  const descriptor = openLog(log);
  try {
    // Its own session: Ctrl-C in the terminal ends the command that was typed there, not the lab.
    return spawn(launch.command, launch.args, {
      cwd: launch.cwd,
      env: launch.env,
      detached: true,
      stdio: ["ignore", descriptor, descriptor, ...(hasIpc ? (["ipc"] as const) : [])],
    });
  } finally {
    closeSync(descriptor);
  }
}

function describeExit(code: number | null, signal: NodeJS.Signals | null): string {
  return signal ? `killed by ${signal}` : `exit status ${code}`;
}

/**
 * Keeps one process running. `onChange` is called synchronously with every change, so that the list on disk never lacks a
 * running process.
 */
export function supervise(
  spec: ProcessSpec,
  onChange: (entry: ProcessEntry) => void,
  clock: () => number = Date.now,
) {
  const backOff = createBackOff(clock);
  const readyWaiters = new Set<{ resolve: () => void; reject: (error: HoldupError) => void }>();
  const endWaiters = new Set<() => void>();
  let entry: ProcessEntry = {
    name: spec.name,
    kind: spec.kind,
    service: spec.service,
    ...(spec.container ? { container: spec.container } : {}),
    ...(spec.port === undefined ? {} : { port: spec.port }),
    state: "starting",
    restarts: 0,
  };
  /** Whether the process will be restarted when it ends. */
  let isKept = false;
  let timer: NodeJS.Timeout | undefined;
  let failedStarts = 0;
  // An attempt prepares before it spawns; when a newer one has started by then, it must not spawn.
  let attempts = 0;
  let lastAttempt: Promise<void> = Promise.resolve();

  function change(update: Partial<ProcessEntry>): void {
    entry = { ...entry, ...update };
    onChange(entry);
  }

  function settle(error?: HoldupError): void {
    for (const waiter of readyWaiters) error ? waiter.reject(error) : waiter.resolve();
    readyWaiters.clear();
  }

  function ended(reason: string): void {
    const { running: _, ...rest } = entry;
    entry = rest;
    for (const resolve of endWaiters) resolve();
    endWaiters.clear();
    if (!isKept) {
      onChange(entry);
      return;
    }
    failedStarts = entry.state === "ready" ? 0 : failedStarts + 1;
    const pauseMs = backOff.crashed();
    change({ state: "pausing", lastExit: reason });
    if (failedStarts >= maxFailedStarts) {
      settle(new HoldupError("HOLDUP_INFRA_FAILED", `${spec.name} ended ${failedStarts} times: ${reason}`));
    }
    timer = setTimeout(() => {
      entry = { ...entry, restarts: entry.restarts + 1 };
      lastAttempt = attempt();
    }, pauseMs);
  }

  async function watchReadiness(child: ChildProcess): Promise<void> {
    while (child.exitCode === null && child.signalCode === null && entry.running?.pid === child.pid) {
      const canAsk = !spec.reportsPort || entry.port !== undefined;
      if (canAsk && (await spec.isReady(entry.port))) {
        if (entry.running?.pid !== child.pid) return;
        failedStarts = 0;
        backOff.ready();
        change({ state: "ready" });
        settle();
        return;
      }
      await delay(probeMs);
    }
  }

  function run(launch: Launch): void {
    const child = spawnLogged(launch, spec.log, spec.reportsPort);
    const { pid } = child;
    if (pid === undefined) {
      child.once("error", (error) => ended(error.message));
      return;
    }
    change({ state: "starting", running: { pid, startTime: startTimeOf(pid) ?? "", sinceMs: clock() } });
    child.on("message", (message) => {
      const { data } = listening.safeParse(message);
      if (data) change({ port: data.listening });
    });
    child.once("exit", (code, signal) => ended(describeExit(code, signal)));
    child.on("error", () => {});
    void watchReadiness(child);
  }

  async function attempt(): Promise<void> {
    if (spec.reportsPort) {
      const { port: _, ...rest } = entry;
      entry = rest;
    }
    const own = ++attempts;
    const isCurrent = () => isKept && own === attempts;
    try {
      const launch = await spec.launch(entry.restarts);
      if (isCurrent()) run(launch);
    } catch (thrown) {
      if (isCurrent()) ended(thrown instanceof Error ? thrown.message : String(thrown));
    }
  }

  return {
    spec,
    entry: () => entry,
    start(): void {
      isKept = true;
      change({ state: "starting" });
      lastAttempt = attempt();
    },
    /** Stops restarting the process; the caller ends it. */
    abandon(): void {
      isKept = false;
      clearTimeout(timer);
      change({ state: "stopped" });
      settle(new HoldupError("HOLDUP_STOPPING", `${spec.name} is being stopped.`));
    },
    /** Resolves when no attempt is being prepared any more. */
    whenPrepared: () => lastAttempt,
    /** Resolves when the process has exited. */
    whenEnded(): Promise<void> {
      if (!entry.running) return Promise.resolve();
      return new Promise((resolve) => endWaiters.add(resolve));
    },
    /** @throws HoldupError HOLDUP_INFRA_FAILED after five failed starts in a row, HOLDUP_STOPPING when it is abandoned */
    whenReady(): Promise<void> {
      if (entry.state === "ready") return Promise.resolve();
      return new Promise((resolve, reject) => readyWaiters.add({ resolve, reject }));
    },
  };
}
