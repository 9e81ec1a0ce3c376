import { spawn } from "node:child_process";
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { z } from "zod";

const report = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  numPendingTests: z.number(),
  numTodoTests: z.number(),
  numFailedTestSuites: z.number(),
  success: z.boolean(),
});

export type Counts = { readonly passed: number; readonly failed: number; readonly skipped: number };

/**
 * Runs Vitest in this terminal and counts tests. A run that ends early, or a file that fails as a whole, counts as at least
 * one failure.
 */
export async function runVitest(
  root: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<Counts> {
  const file = join(root, ".holdup", "test", `vitest-${process.pid}.json`);
  mkdirSync(dirname(file), { recursive: true });
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${file}`];
  const code = await new Promise<number>((resolve) => {
    const vitest = spawn(join(root, "node_modules", ".bin", "vitest"), ["run", ...reporters, ...args], {
      cwd: root,
      env,
      stdio: ["ignore", "inherit", "inherit"],
      // Its own process group, so that an interruption reaches all its processes, once.
      detached: true,
    });
    vitest.once("error", () => resolve(1)).once("close", (exit) => resolve(exit ?? 1));
    const end = () => {
      if (vitest.pid !== undefined) process.kill(-vitest.pid, "SIGTERM");
    };
    if (signal.aborted) end();
    signal.addEventListener("abort", end, { once: true });
  });
  try {
    const counts = report.parse(JSON.parse(readFileSync(file, "utf8")));
    const failed = counts.numFailedTests || (code === 0 && counts.success ? 0 : 1);
    return { passed: counts.numPassedTests, failed, skipped: counts.numPendingTests + counts.numTodoTests };
  } catch {
    return { passed: 0, failed: 1, skipped: 0 };
  } finally {
    rmSync(file, { force: true });
  }
}
