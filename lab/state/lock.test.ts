import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { expect, it, onTestFinished } from "vitest";
import { temporaryDir } from "../system/testing/temporary-dir.ts";
import { lockHolder, tryLock } from "./lock.ts";
import { statePaths } from "./paths.ts";

const url = (file: string) => JSON.stringify(pathToFileURL(join(import.meta.dirname, file)).href);

it("has one holder at a time, and names it", () => {
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

it("is released when its holder is killed", async () => {
  const dir = temporaryDir();
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

it("leaves nothing in a folder that is not a lab's", () => {
  const paths = statePaths(join(temporaryDir(), "lab"));
  tryLock(paths, "start")?.release();
  expect(existsSync(paths.dir)).toBe(false);
});

it("never has two holders while releases remove its file and folder", async () => {
  const dir = temporaryDir();
  const script = `
    import { mkdirSync, rmdirSync } from "node:fs";
    const { tryLock } = await import(${url("lock.ts")});
    const { statePaths } = await import(${url("paths.ts")});
    const paths = statePaths(${JSON.stringify(join(dir, "lab"))});
    let taken = 0;
    for (const end = Date.now() + 10_000; taken < 100 && Date.now() < end; ) {
      const lock = tryLock(paths, "start");
      if (!lock) continue;
      taken++;
      // Fails when another process is inside.
      mkdirSync(${JSON.stringify(join(dir, "inside"))});
      rmdirSync(${JSON.stringify(join(dir, "inside"))});
      lock.release();
    }
    console.log(taken > 0 ? "alone" : "never");`;
  const run = promisify(execFile);
  const runs = await Promise.all(
    Array.from({ length: 4 }, () => run(process.execPath, ["--input-type=module", "-e", script])),
  );
  expect(runs.map(({ stdout }) => stdout)).toEqual(Array(4).fill("alone\n"));
  expect(readdirSync(dir)).toEqual([]);
}, 30_000);
