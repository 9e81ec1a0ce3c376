import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it, onTestFinished, vi } from "vitest";
import { endProcess } from "../../system/process/end-process.ts";
import { isRunning } from "../../system/process/identity.ts";
import { temporaryDir } from "../../system/testing/temporary-dir.ts";
import type { ProcessSpec } from "../process-spec.ts";
import type { ProcessEntry } from "../state/lab-file.ts";
import { supervise } from "./supervise.ts";

function startOne(script: string, isReady: () => Promise<boolean> = async () => true) {
  const dir = temporaryDir();
  const spec: ProcessSpec = {
    name: "probe-1",
    kind: "service",
    service: "probe",
    saysItsPort: false,
    log: join(dir, "probe-1.log"),
    launch: async () => ({ command: process.execPath, args: ["-e", script], env: {}, cwd: dir }),
    isReady,
  };
  const history: ProcessEntry[] = [];
  const unit = supervise(spec, (entry) => history.push(entry));
  onTestFinished(async () => {
    unit.abandon();
    const { running } = unit.entry();
    if (running) await endProcess(running, { graceMs: 0 });
  });
  unit.start();
  return { unit, history, spec };
}

it("tells each attempt how often there were others before", async () => {
  const dir = temporaryDir();
  const told: number[] = [];
  const unit = supervise(
    {
      ...{
        name: "probe-1",
        kind: "service",
        service: "probe",
        saysItsPort: false,
        log: join(dir, "probe-1.log"),
      },
      async launch(restarts) {
        told.push(restarts);
        return { command: process.execPath, args: ["-e", ""], env: {}, cwd: dir };
      },
      isReady: async () => true,
    },
    () => {},
  );
  onTestFinished(() => unit.abandon());
  unit.start();
  await vi.waitFor(() => expect(told.slice(0, 3)).toEqual([0, 1, 2]), { timeout: 10_000 });
});

const forEver = "console.log('hello'); setInterval(() => {}, 1000)";

it("reports a running process by pid and start time, and its output goes to its log", async () => {
  const { unit, spec } = startOne(forEver);
  await unit.whenReady();
  const { running } = unit.entry();
  expect(running && isRunning(running)).toBe(true);
  await vi.waitFor(() => expect(readFileSync(spec.log, "utf8")).toBe("hello\n"));
});

it("brings a killed process back and remembers how it ended", async () => {
  const { unit } = startOne(forEver);
  await unit.whenReady();
  const first = unit.entry().running?.pid ?? 0;
  process.kill(first, "SIGKILL");
  await vi.waitFor(() => expect(unit.entry()).toMatchObject({ state: "ready", restarts: 1 }), 5000);
  expect(unit.entry().lastExit).toBe("killed by SIGKILL");
  expect(unit.entry().running?.pid).not.toBe(first);
});

it("gives the start up after five ends in a row without having been ready", async () => {
  const { unit, history } = startOne("process.exit(3)", async () => false);
  await expect(unit.whenReady()).rejects.toThrow("probe-1 ended 5 times: exit status 3");
  expect(history.filter(({ state }) => state === "pausing")).toHaveLength(5);
}, 15_000);

it("lets an abandoned process end for good", async () => {
  const { unit } = startOne(forEver);
  await unit.whenReady();
  const { running } = unit.entry();
  unit.abandon();
  expect(running && isRunning(running)).toBe(true);
  if (running) await endProcess(running, { graceMs: 5000 });
  await unit.whenEnded();
  expect(unit.entry()).toMatchObject({ state: "stopped", restarts: 0 });
  expect(unit.entry().running).toBeUndefined();
});
