import type { Command } from "commander";
import { toHoldupError } from "../../core/errors.ts";
import { removeForgottenProjects } from "../checks/forgotten-projects.ts";
import { stopForgottenLabs } from "../checks/leftovers.ts";
import { checks, runCheck } from "../checks/run-check.ts";
import { runVitest } from "../checks/run-vitest.ts";
import { type Context, print } from "../context.ts";
import { findEngine } from "../system/docker/find-engine.ts";
import { untilInterrupted } from "../system/interrupt.ts";

/** Runs in their own lab, whatever the user's environment says about the one on the usual ports. */
function testEnvironment(context: Context): NodeJS.ProcessEnv {
  const own = Object.entries(context.env).filter(([name]) => !/^(HOLDUP_(?!TEST_BROWSER$)|OTEL_)/.test(name));
  return { ...Object.fromEntries(own), ...(context.out.isTTY ? {} : { NO_COLOR: "1" }) };
}

/**
 * What Vitest is given, run by run. Containers come last and alone: Vitest would start them first, beside all other tests. Who names
 * projects gets those, in one run.
 */
export function vitestRuns(filters: readonly string[], hasEngine: boolean): readonly (readonly string[])[] {
  const withoutContainers = [...filters, "--project=!compose"];
  if (filters.some((filter) => filter.startsWith("--project")))
    return [hasEngine ? filters : withoutContainers];
  // A filter may well match tests of one run only.
  const runs = hasEngine ? [withoutContainers, [...filters, "--project=compose"]] : [withoutContainers];
  return runs.map((args) => [...args, "--passWithNoTests"]);
}

/** Why the tests of Compose cannot run here; undefined when they can. */
async function missingEngine(env: NodeJS.ProcessEnv): Promise<string | undefined> {
  return findEngine(env).then(
    () => undefined,
    (thrown: unknown) => toHoldupError(thrown).message,
  );
}

async function test(
  context: Context,
  filters: readonly string[],
  needsContainers: boolean,
  signal: AbortSignal,
): Promise<void> {
  const env = testEnvironment(context);
  const missing = await missingEngine(env);
  await stopForgottenLabs(context.root, env);
  let passed = 0;
  let failed = 0;
  if (filters.length === 0) {
    for (const check of checks) {
      if (signal.aborted) break;
      const startedMs = performance.now();
      const result = await runCheck(context.root, check, env);
      const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
      print(context, `${result.passed ? "passed" : "FAILED"}  ${check.name} (${seconds} s)`);
      if (result.passed) passed += 1;
      else {
        failed += 1;
        print(context, result.output);
      }
    }
  }
  if (missing !== undefined && needsContainers) {
    failed += 1;
    print(context, `FAILED  the tests of Compose cannot run: ${missing}`);
  } else if (missing !== undefined) {
    print(context, `The tests of Compose are left out: ${missing}`);
  }
  let skipped = 0;
  for (const args of vitestRuns(filters, missing === undefined)) {
    if (signal.aborted) break;
    const counts = await runVitest(context.root, args, env, signal);
    // Vitest leaves them behind when it is interrupted.
    await stopForgottenLabs(context.root, env);
    if (missing === undefined) await removeForgottenProjects(env);
    passed += counts.passed;
    failed += counts.failed;
    skipped += counts.skipped;
  }
  print(context, `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`);
  process.exitCode = signal.aborted ? 130 : failed > 0 || passed === 0 ? 1 : 0;
}

export function testCommand(program: Command, context: Context): void {
  program
    .command("test")
    .argument(
      "[filters...]",
      "only test files whose path contains one of these; the checks are left out then",
    )
    .option("--containers", "fail where no Docker engine answers, instead of leaving its tests out")
    .description("check format, types and imports, and run every test, on a lab of their own")
    .addHelpText(
      "after",
      "\nExamples:\n  ./holdup test\n  ./holdup test shared/settings\n  ./holdup test -- --project=unit",
    )
    .action((filters: readonly string[], { containers = false }: { containers?: boolean }) =>
      untilInterrupted((signal) => test(context, filters, containers, signal)),
    );
}
