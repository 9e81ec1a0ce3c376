import { type ChildProcess, spawn } from "node:child_process";
import { closeSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { z } from "zod";
import { HoldupError } from "../../../core/errors.ts";
import { startTimeOf } from "../../system/process/identity.ts";
import type { Launch, ProcessSpec } from "../process-spec.ts";
import type { ProcessEntry } from "../state/lab-file.ts";
import { openLog } from "../state/process-log.ts";
import { createBackOff } from "./back-off.ts";

const probeMs = 100;
/** So many ends in a row without having been ready once are no accident. */
const hopeless = 5;

const listening = z.object({ listening: z.number() });

export type Supervised = ReturnType<typeof supervise>;

function spawnLogged(launch: Launch, log: string, hasIpc: boolean): ChildProcess {
  const descriptor = openLog(log);
  try {
    // Its own session: a Ctrl-C in the terminal is for the command that was typed there, not for the lab.
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
 * Keeps one process running. `onChange` hears of every change in the turn in which it happens, so that the list on
 * disk never lacks a process that runs.
 */
export function supervise(
  spec: ProcessSpec,
  onChange: (entry: ProcessEntry) => void,
  clock: () => number = Date.now,
) {
  const backOff = createBackOff(clock);
  const waiting = new Set<{ resolve: () => void; reject: (error: HoldupError) => void }>();
  const awaitingEnd = new Set<() => void>();
  let entry: ProcessEntry = {
    name: spec.name,
    kind: spec.kind,
    service: spec.service,
    ...(spec.container ? { container: spec.container } : {}),
    ...(spec.port === undefined ? {} : { port: spec.port }),
    state: "starting",
    restarts: 0,
  };
  let isWanted = false;
  let timer: NodeJS.Timeout | undefined;
  let failedStarts = 0;
  // An attempt prepares before it spawns; when it was overtaken meanwhile, it must not spawn.
  let attempts = 0;

  function change(update: Partial<ProcessEntry>): void {
    entry = { ...entry, ...update };
    onChange(entry);
  }

  function settle(error?: HoldupError): void {
    for (const waiter of waiting) error ? waiter.reject(error) : waiter.resolve();
    waiting.clear();
  }

  function ended(reason: string): void {
    const { running: _, ...rest } = entry;
    entry = rest;
    for (const resolve of awaitingEnd) resolve();
    awaitingEnd.clear();
    if (!isWanted) {
      onChange(entry);
      return;
    }
    failedStarts = entry.state === "ready" ? 0 : failedStarts + 1;
    const pauseMs = backOff.crashed();
    change({ state: "pausing", lastExit: reason });
    if (failedStarts >= hopeless) {
      settle(new HoldupError("HOLDUP_INFRA_FAILED", `${spec.name} ended ${failedStarts} times: ${reason}`));
    }
    timer = setTimeout(() => {
      entry = { ...entry, restarts: entry.restarts + 1 };
      void attempt();
    }, pauseMs);
  }

  async function watchReadiness(child: ChildProcess): Promise<void> {
    while (child.exitCode === null && child.signalCode === null && entry.running?.pid === child.pid) {
      const canAsk = !spec.saysItsPort || entry.port !== undefined;
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
    const child = spawnLogged(launch, spec.log, spec.saysItsPort);
    const { pid } = child;
    if (pid === undefined) {
      child.once("error", (error) => ended(error.message));
      return;
    }
    change({ state: "starting", running: { pid, startTime: startTimeOf(pid) ?? "", sinceMs: clock() } });
    child.on("message", (message) => {
      const said = listening.safeParse(message);
      if (said.success) change({ port: said.data.listening });
    });
    child.once("exit", (code, signal) => ended(describeExit(code, signal)));
    child.on("error", () => {});
    void watchReadiness(child);
  }

  async function attempt(): Promise<void> {
    if (spec.saysItsPort) {
      const { port: _, ...rest } = entry;
      entry = rest;
    }
    const mine = ++attempts;
    const isCurrent = () => isWanted && mine === attempts;
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
      isWanted = true;
      change({ state: "starting" });
      void attempt();
    },
    /** From here on its end is not followed by another attempt; whether it ends is the caller's business. */
    abandon(): void {
      isWanted = false;
      clearTimeout(timer);
      change({ state: "stopped" });
      settle(new HoldupError("HOLDUP_STOPPING", `${spec.name} is being stopped.`));
    },
    /** Resolves when no process of it is left, as far as the system has told. */
    whenEnded(): Promise<void> {
      if (!entry.running) return Promise.resolve();
      return new Promise((resolve) => awaitingEnd.add(resolve));
    },
    /** @throws HoldupError HOLDUP_INFRA_FAILED after five ends in a row, HOLDUP_STOPPING when it is abandoned */
    whenReady(): Promise<void> {
      if (entry.state === "ready") return Promise.resolve();
      return new Promise((resolve, reject) => waiting.add({ resolve, reject }));
    },
  };
}
