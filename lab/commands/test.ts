import type { Command } from "commander";
import { toHoldupError } from "../../core/errors.ts";
import { durationOfMs } from "../../core/format.ts";
import { removeLeftoverProjects, stopLeftoverLabs } from "../checks/leftovers.ts";
import { checks, runCheck } from "../checks/run-check.ts";
import { type Counts, runVitest } from "../checks/run-vitest.ts";
import { type Context, print } from "../context.ts";
import { findEngine } from "../system/docker/find-engine.ts";
import { untilInterrupted } from "../system/interrupt.ts";

type Options = { readonly containers?: boolean; readonly foreign?: boolean };

/** Tests run their own labs, so the user's settings are dropped. */
function testEnvironment(context: Context): NodeJS.ProcessEnv {
  const own = Object.entries(context.env).filter(([name]) => !/^(HOLDUP_(?!TEST_BROWSER$)|OTEL_)/.test(name));
  return { ...Object.fromEntries(own), ...(context.out.isTTY ? {} : { NO_COLOR: "1" }) };
}

const withoutForeign = "--project=!foreign";

/**
 * Vitest's arguments, run by run. The container tests are a run of their own, the last one: Vitest would start them first,
 * in parallel with all others. Filters with --project are one run. Foreign pipelines run only when they are asked for.
 */
export function vitestRuns(filters: readonly string[], hasEngine: boolean): readonly (readonly string[])[] {
  const withoutContainers = [...filters, "--project=!compose", withoutForeign];
  if (filters.some((filter) => filter.startsWith("--project")))
    return [hasEngine ? [...filters, withoutForeign] : withoutContainers];
  // A filter may match tests of one run only.
  const runs = hasEngine ? [withoutContainers, [...filters, "--project=compose"]] : [withoutContainers];
  return runs.map((args) => [...args, "--passWithNoTests"]);
}

/** Why the Compose tests cannot run here; undefined when they can. */
async function missingEngine(env: NodeJS.ProcessEnv): Promise<string | undefined> {
  return findEngine(env).then(
    () => undefined,
    (thrown: unknown) => toHoldupError(thrown).message,
  );
}

/** Runs all checks at the same time and prints their results in order. */
async function runChecks(
  context: Context,
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<{ passed: number; failed: number }> {
  let passed = 0;
  let failed = 0;
  const startedMs = performance.now();
  const runs = (signal.aborted ? [] : checks).map(async (check) => {
    const result = await runCheck(context.root, check, env);
    return { ...result, check, took: durationOfMs(performance.now() - startedMs) };
  });
  for (const run of runs) {
    const { check, took, ...result } = await run;
    if (signal.aborted) break;
    print(context, `${result.passed ? "passed" : "FAILED"}  ${check.name} (${took})`);
    if (result.passed) passed += 1;
    else {
      failed += 1;
      print(context, result.output);
    }
  }
  return { passed, failed };
}

function finish(context: Context, { passed, failed, skipped }: Counts, signal: AbortSignal): void {
  print(context, `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`);
  process.exitCode = signal.aborted ? 130 : failed > 0 || passed === 0 ? 1 : 0;
}

async function test(
  context: Context,
  filters: readonly string[],
  needsContainers: boolean,
  signal: AbortSignal,
): Promise<void> {
  const env = testEnvironment(context);
  const missing = await missingEngine(env);
  await stopLeftoverLabs(context.root, env);
  let { passed, failed } =
    filters.length === 0 ? await runChecks(context, env, signal) : { passed: 0, failed: 0 };
  if (missing !== undefined && needsContainers) {
    failed += 1;
    print(context, `FAILED  the Compose tests cannot run: ${missing}`);
  } else if (missing !== undefined) {
    print(context, `The Compose tests are skipped: ${missing}`);
  }
  let skipped = 0;
  for (const args of vitestRuns(filters, missing === undefined)) {
    if (signal.aborted) break;
    const counts = await runVitest(context.root, args, env, signal);
    // An interrupted Vitest leaves labs behind.
    await stopLeftoverLabs(context.root, env);
    if (missing === undefined) await removeLeftoverProjects(env);
    passed += counts.passed;
    failed += counts.failed;
    skipped += counts.skipped;
  }
  finish(context, { passed, failed, skipped }, signal);
}

/** Runs the foreign pipelines alone: they take long, and need more toolchains than the other tests. */
async function testForeign(context: Context, filters: readonly string[], signal: AbortSignal): Promise<void> {
  const args = [...filters, "--project=foreign"];
  finish(context, await runVitest(context.root, args, testEnvironment(context), signal), signal);
}

export function testCommand(program: Command, context: Context): void {
  program
    .command("test")
    .argument("[filters...]", "only test files whose path contains one of these; without the checks")
    .option("--containers", "fail without a Docker engine instead of skipping its tests")
    .option("--foreign", "only pipelines in other languages, those whose toolchains are here; half an hour")
    .description("check format, types and imports, and run every test in separate labs")
    .addHelpText(
      "after",
      "\nExamples:\n  ./holdup test\n  ./holdup test shared/settings\n  ./holdup test -- --project=unit\n  ./holdup test --foreign -- -t kafkajs-e",
    )
    .action((filters: readonly string[], { containers = false, foreign = false }: Options) =>
      untilInterrupted((signal) =>
        foreign ? testForeign(context, filters, signal) : test(context, filters, containers, signal),
      ),
    );
}
