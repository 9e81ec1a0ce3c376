import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, it, onTestFinished } from "vitest";
import { temporaryDir } from "../testing/temporary-dir.ts";
import { lockHolder, tryLock } from "./lock.ts";
import { statePaths } from "./paths.ts";

it("is given to one at a time, and says to whom", () => {
  const paths = statePaths(temporaryDir());
  const lock = tryLock(paths, "start");
  expect(lock).toBeDefined();
  expect(tryLock(paths, "stop")).toBeUndefined();
  expect(lockHolder(paths)).toMatchObject({ pid: process.pid, verb: "start" });
  lock?.release();
  const next = tryLock(paths, "stop");
  expect(next).toBeDefined();
  next?.release();
});

it("is free again when its holder is killed", async () => {
  const dir = temporaryDir();
  const url = (file: string) => JSON.stringify(pathToFileURL(join(import.meta.dirname, file)).href);
  const script = `
    const { tryLock } = await import(${url("lock.ts")});
    const { statePaths } = await import(${url("paths.ts")});
    globalThis.lock = tryLock(statePaths(${JSON.stringify(dir)}), "start");
    console.log("locked");
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", script], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  onTestFinished(() => {
    child.kill("SIGKILL");
  });
  await once(child.stdout, "data");
  expect(tryLock(statePaths(dir), "stop")).toBeUndefined();
  child.kill("SIGKILL");
  await once(child, "exit");
  const lock = tryLock(statePaths(dir), "stop");
  expect(lock).toBeDefined();
  lock?.release();
});
