import { spawn } from "node:child_process";
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Progress } from "../../../core/progress.ts";
import type { Env } from "../../system/env.ts";

/** Sources of the page, which imports some constants and texts from other parts. */
const sources = [
  "console/page",
  "console/api.ts",
  "console/build.ts",
  "core",
  "explain",
  "shared",
  "traffic",
  "package-lock.json",
];

function newestMs(path: string): number {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat) return 0;
  if (!stat.isDirectory()) return /\.test\.tsx?$/.test(path) ? 0 : stat.mtimeMs;
  // A folder's time changes when a file is removed from it.
  return readdirSync(path).reduce(
    (newest, name) => Math.max(newest, newestMs(join(path, name))),
    stat.mtimeMs,
  );
}

/** Whether the page has to be built: it is missing, or older than one of its sources. */
function isPageStale(root: string): boolean {
  const builtMs = statSync(join(root, ".holdup", "console", "index.html"), {
    throwIfNoEntry: false,
  })?.mtimeMs;
  return builtMs === undefined || sources.some((source) => newestMs(join(root, source)) > builtMs);
}

/**
 * Builds the console's page when it is stale. The lab works without the page, so a failure is only reported.
 */
export async function buildPage(options: {
  root: string;
  env: Env;
  progress: Progress;
  signal: AbortSignal;
}): Promise<void> {
  const { root, env, progress, signal } = options;
  if (!isPageStale(root)) return;
  const child = spawn(process.execPath, [join("console", "build.ts")], {
    cwd: root,
    env: { ...env, NODE_ENV: "production" },
    stdio: ["ignore", "ignore", "pipe"],
    signal,
  });
  let output = "";
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
    output += chunk;
  });
  const code = await new Promise<number | null>((resolve) => {
    child.once("error", () => resolve(1));
    child.once("close", resolve);
  });
  if (code === 0) progress.done("the console's page is built");
  else if (!signal.aborted) {
    const why = output.trim().split("\n").slice(-3).join("\n  ");
    progress.done(`the console's page could not be built (npm run build:page):\n  ${why}`);
  }
}
