import { existsSync, globSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, it } from "vitest";

import { temporaryDir } from "../system/testing/temporary-dir.ts";
import { tryLock } from "./lock.ts";
import { statePaths } from "./paths.ts";
import { prepareStateDir, removeState } from "./state-dir.ts";

const root = dirname(dirname(import.meta.dirname));

it("is removed with everything in it", () => {
  const paths = statePaths(join(temporaryDir(), "lab"));
  const lock = tryLock(paths, "stop");
  prepareStateDir(paths);
  writeFileSync(join(paths.logs, "kafka.log"), "line\n");
  writeFileSync(`${paths.labFile}.new`, "half a");
  expect(removeState(paths)).toBe(true);
  lock?.release();
  expect(existsSync(paths.dir)).toBe(false);
});

it("keeps the fetched infrastructure", () => {
  const paths = statePaths(temporaryDir());
  mkdirSync(join(paths.dir, "infra"));
  prepareStateDir(paths);
  removeState(paths);
  expect(existsSync(join(paths.dir, "infra"))).toBe(true);
  expect(existsSync(paths.data)).toBe(false);
});

it("accepts a folder that only contains a lock, even a leftover one", () => {
  const paths = statePaths(temporaryDir());
  for (const path of [paths.lock, `${paths.lock}-journal`, paths.holder]) writeFileSync(path, "");
  expect(removeState(paths)).toBe(false);
  prepareStateDir(paths);
  expect(existsSync(paths.marker)).toBe(true);
});

it("accepts a folder after a removal", () => {
  const paths = statePaths(temporaryDir());
  const kept = ["infra", "compile-cache", "console", "foreign", "screenshots", "test", "install.log"];
  for (const name of kept) mkdirSync(join(paths.dir, name));
  prepareStateDir(paths);
  expect(removeState(paths)).toBe(true);
  prepareStateDir(paths);
  expect(existsSync(paths.marker)).toBe(true);
});

it("refuses a folder with other files", () => {
  const dir = temporaryDir();
  writeFileSync(join(dir, "thesis.tex"), "");
  expect(() => prepareStateDir(statePaths(dir))).toThrow(/not empty.*thesis\.tex/);
});

it("is not removed without a lab's marker", () => {
  const dir = temporaryDir();
  mkdirSync(join(dir, "data"));
  expect(() => removeState(statePaths(dir))).toThrow(/not a lab's state/);
  expect(existsSync(join(dir, "data"))).toBe(true);
});

it("accepts what this repository's tests and builds put into the default folder", () => {
  const files = globSync("**/*.ts", { cwd: root, exclude: ["node_modules", ".holdup", "dist"] });
  const made = files.flatMap((file) => {
    const text = readFileSync(join(root, file), "utf8");
    return [...text.matchAll(/join\([^)]*"\.holdup(?:", "|\/)([a-z-]+)/g)].map(([, name = ""]) => name);
  });
  expect(made).toContain("test");
  const dir = temporaryDir();
  for (const name of new Set(made)) mkdirSync(join(dir, name));
  prepareStateDir(statePaths(dir));
});
