import { expect, it } from "vitest";
import { startChild } from "../testing/child.ts";
import { endProcess } from "./end-process.ts";
import { isRunning, startTimeOf } from "./identity.ts";

const forEver = "setInterval(() => {}, 1000)";

it("ends a process with SIGTERM", async () => {
  const { pid } = await startChild(forEver);
  const identity = { pid, startTime: startTimeOf(pid) ?? "" };
  expect(isRunning(identity)).toBe(true);
  expect(await endProcess(identity, { graceMs: 5000 })).toBe("ended");
  expect(isRunning(identity)).toBe(false);
});

it("kills a process that ignores SIGTERM", async () => {
  const { pid } = await startChild(`process.on("SIGTERM", () => {});${forEver}`);
  expect(await endProcess({ pid, startTime: startTimeOf(pid) ?? "" }, { graceMs: 100 })).toBe("killed");
});

it("does not touch another process that now has the pid", async () => {
  const child = await startChild(forEver);
  const identity = { pid: child.pid, startTime: "another boot/12345" };
  expect(isRunning(identity)).toBe(false);
  expect(await endProcess(identity, { graceMs: 0 })).toBe("gone");
  expect(child.exitCode ?? child.signalCode).toBeNull();
  expect(startTimeOf(child.pid)).toBeDefined();
});

it("distinguishes two processes by their start time", async () => {
  const [one, two] = [await startChild(forEver), await startChild(forEver)];
  expect(startTimeOf(one.pid)).toBe(startTimeOf(one.pid));
  expect(startTimeOf(one.pid)).not.toBe(startTimeOf(two.pid));
});
