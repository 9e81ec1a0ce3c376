import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import type { ProcessEntry } from "../../state/lab-file.ts";
import { endProcess } from "../../system/process/end-process.ts";
import { isRunning } from "../../system/process/identity.ts";
import { temporaryDir } from "../../system/testing/temporary-dir.ts";
import type { ProcessSpec } from "../process-spec.ts";
import { createBackOff, supervise } from "./supervise.ts";

function startOne(script: string, isReady: () => Promise<boolean> = async () => true) {
  const dir = temporaryDir();
  const spec: ProcessSpec = {
    name: "probe-1",
    kind: "service",
    service: "probe",
    reportsPort: false,
    log: join(dir, "probe-1.log"),
    launch: async () => ({ command: process.execPath, args: ["-e", script], env: {}, cwd: dir }),
    isReady,
  };
  const history: ProcessEntry[] = [];
  const supervised = supervise(spec, (entry) => history.push(entry));
  onTestFinished(async () => {
    supervised.abandon();
    const { running } = supervised.entry();
    if (running) await endProcess(running, { graceMs: 0 });
  });
  supervised.start();
  return { supervised, history, spec };
}

it("passes each attempt the number of earlier ones", async () => {
  const dir = temporaryDir();
  const restarts: number[] = [];
  const supervised = supervise(
    {
      ...{
        name: "probe-1",
        kind: "service",
        service: "probe",
        reportsPort: false,
        log: join(dir, "probe-1.log"),
      },
      async launch(count) {
        restarts.push(count);
        return { command: process.execPath, args: ["-e", ""], env: {}, cwd: dir };
      },
      isReady: async () => true,
    },
    () => {},
  );
  onTestFinished(() => supervised.abandon());
  supervised.start();
  await vi.waitFor(() => expect(restarts.slice(0, 3)).toEqual([0, 1, 2]), { timeout: 10_000 });
});

const forEver = "console.log('hello'); setInterval(() => {}, 1000)";

it("records a running process by pid and start time, and writes its output to its log", async () => {
  const { supervised, spec } = startOne(forEver);
  await supervised.whenReady();
  const { running } = supervised.entry();
  expect(running && isRunning(running)).toBe(true);
  await vi.waitFor(() => expect(readFileSync(spec.log, "utf8")).toBe("hello\n"));
});

it("restarts a killed process and records how it ended", async () => {
  const { supervised } = startOne(forEver);
  await supervised.whenReady();
  const first = supervised.entry().running?.pid ?? 0;
  process.kill(first, "SIGKILL");
  await vi.waitFor(() => expect(supervised.entry()).toMatchObject({ state: "ready", restarts: 1 }), 5000);
  expect(supervised.entry().lastExit).toBe("killed by SIGKILL");
  expect(supervised.entry().running?.pid).not.toBe(first);
});

it("gives up after five exits in a row before being ready", async () => {
  const { supervised, history } = startOne("process.exit(3)", async () => false);
  await expect(supervised.whenReady()).rejects.toThrow("probe-1 ended 5 times: exit status 3");
  expect(history.filter(({ state }) => state === "pausing")).toHaveLength(5);
}, 15_000);

it("does not restart an abandoned process", async () => {
  const { supervised } = startOne(forEver);
  await supervised.whenReady();
  const { running } = supervised.entry();
  supervised.abandon();
  expect(running && isRunning(running)).toBe(true);
  if (running) await endProcess(running, { graceMs: 5000 });
  await supervised.whenEnded();
  expect(supervised.entry()).toMatchObject({ state: "stopped", restarts: 0 });
  expect(supervised.entry().running).toBeUndefined();
});

describe("the pause before a restart", () => {
  it("pauses longer with each crash, up to five seconds", () => {
    const backOff = createBackOff(() => 0);
    const pauses = Array.from({ length: 8 }, () => backOff.crashed());
    expect(pauses).toEqual([100, 200, 400, 800, 1600, 3200, 5000, 5000]);
  });

  it("starts over after the process has been ready for half a minute", () => {
    let nowMs = 0;
    const backOff = createBackOff(() => nowMs);
    backOff.crashed();
    backOff.crashed();
    backOff.ready();
    nowMs += 30_000;
    expect(backOff.crashed()).toBe(100);
  });

  it("does not start over after a shorter time, or a long one without readiness", () => {
    let nowMs = 0;
    const backOff = createBackOff(() => nowMs);
    backOff.crashed();
    backOff.ready();
    nowMs += 29_999;
    expect(backOff.crashed()).toBe(200);
    nowMs += 60_000;
    expect(backOff.crashed()).toBe(400);
  });
});
