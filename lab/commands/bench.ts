import { spawn } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { constants } from "node:os";
import { join } from "node:path";
import type { Command } from "commander";
import { HoldupError } from "../../core/errors.ts";
import { wrap } from "../../explain/text/layout.ts";
import { type Context, print } from "../context.ts";
import { unknownName } from "../settings/process-names.ts";
import { nodeFlags } from "../system/process/node-flags.ts";

/** Names of the programs in a repository's `bench/`, sorted. */
export async function listBenches(root: string): Promise<string[]> {
  const files = await readdir(join(root, "bench")).catch(() => []);
  return files
    .filter((file) => file.endsWith(".ts") && !/\.(test|d)\.ts$/.test(file))
    .map((file) => file.slice(0, -".ts".length))
    .sort();
}

/** First sentence of a program's leading comment, on one line; empty without a comment. */
export function leadingSentence(source: string): string {
  const comment = /^\s*(?:#!.*\n\s*)?(?:\/\*\*?([\s\S]*?)\*\/|((?:\/\/.*\n?)+))/.exec(source);
  const text = (comment?.[1] ?? comment?.[2] ?? "")
    .replace(/^[ \t]*(\*|\/\/)/gm, "")
    .replace(/\s+/g, " ")
    .trim();
  return /^.*?[.!?](?= |$)/.exec(text)?.[0] ?? text;
}

/** Runs a program with the Node flags of the services in this terminal; resolves to its exit status, or 128 plus the signal that ended it. */
function run(context: Context, file: string, args: readonly string[]): Promise<number> {
  // Ctrl-C also reaches the program: its output and exit status count.
  const ignore = () => {};
  process.on("SIGINT", ignore);
  return new Promise<number>((resolve, reject) => {
    const settings = { cwd: context.root, env: { ...context.env }, stdio: "inherit" } as const;
    spawn(process.execPath, [...nodeFlags, file, ...args], settings)
      .once("error", reject)
      .once("exit", (code, signal) => resolve(code ?? 128 + (signal ? constants.signals[signal] : 0)));
  }).finally(() => process.removeListener("SIGINT", ignore));
}

async function printBenches(context: Context, names: readonly string[]): Promise<void> {
  if (names.length === 0) print(context, "There are no benchmarks in bench/.");
  for (const name of names) {
    const about = leadingSentence(await readFile(join(context.root, "bench", `${name}.ts`), "utf8"));
    print(context, [name, ...(about === "" ? [] : wrap(about, context.out.columns || 80, "  "))].join("\n"));
  }
}

export function benchCommand(program: Command, context: Context): void {
  program
    .command("bench")
    .argument("[name]", "benchmark to run; without it, all are listed")
    .argument("[sizes...]", "how much to measure, in place of the benchmark's own sizes")
    .description("list the benchmarks, or run one")
    .addHelpText("after", "\nExamples:\n  ./holdup bench\n  ./holdup bench explain 100000")
    .action(async (name: string | undefined, sizes: readonly string[]) => {
      const names = await listBenches(context.root);
      if (name === undefined) return printBenches(context, names);
      if (!names.includes(name)) {
        throw unknownName({ noun: "benchmark", plural: "Benchmarks" }, name, names);
      }
      const wrong = sizes.find((size) => !/^[1-9]\d*$/.test(size));
      if (wrong !== undefined) {
        throw new HoldupError("HOLDUP_USAGE", `Size ${wrong}: expected a whole number from 1.`);
      }
      process.exitCode = await run(context, join(context.root, "bench", `${name}.ts`), sizes);
    });
}
