import { spawn } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { constants } from "node:os";
import { join } from "node:path";
import type { Command } from "commander";
import { HoldupError } from "../../core/errors.ts";
import { wrap } from "../../explain/text/layout.ts";
import { type Context, print } from "../context.ts";
import { nodeFlags } from "../system/process/node-flags.ts";

/** The benchmarks of a repository: the names of the programs in `bench/`, in order. */
export async function listBenches(root: string): Promise<string[]> {
  const files = await readdir(join(root, "bench")).catch(() => []);
  return files
    .filter((file) => file.endsWith(".ts") && !/\.(test|d)\.ts$/.test(file))
    .map((file) => file.slice(0, -".ts".length))
    .sort();
}

/** First sentence of a program's leading comment, on one line; empty when it has none. */
export function leadingSentence(source: string): string {
  const comment = /^\s*(?:#!.*\n\s*)?(?:\/\*\*?([\s\S]*?)\*\/|((?:\/\/.*\n?)+))/.exec(source);
  const text = (comment?.[1] ?? comment?.[2] ?? "")
    .replace(/^[ \t]*(\*|\/\/)/gm, "")
    .replace(/\s+/g, " ")
    .trim();
  return /^.*?[.!?](?= |$)/.exec(text)?.[0] ?? text;
}

/** Runs a program with the flags of the lab's services and this terminal as its own; resolves to its exit status, 128 and the signal when one ended it. */
function run(context: Context, file: string, args: readonly string[]): Promise<number> {
  // Ctrl-C reaches the program, too; what it says and returns then is to be seen.
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
  if (names.length === 0) print(context, "There is no benchmark in bench/.");
  for (const name of names) {
    const about = leadingSentence(await readFile(join(context.root, "bench", `${name}.ts`), "utf8"));
    print(context, [name, ...(about === "" ? [] : wrap(about, context.out.columns || 80, "  "))].join("\n"));
  }
}

export function benchCommand(program: Command, context: Context): void {
  program
    .command("bench")
    .argument("[name]", "benchmark to run; without it, they are listed")
    .argument("[args...]", "what the benchmark is given, after --")
    .description("list the benchmarks, or run one")
    .addHelpText("after", "\nExamples:\n  ./holdup bench\n  ./holdup bench workloads -- --help")
    .action(async (name: string | undefined, args: readonly string[]) => {
      const names = await listBenches(context.root);
      if (name === undefined) return printBenches(context, names);
      if (!names.includes(name)) {
        const there = names.length === 0 ? "there is none" : `there are: ${names.join(", ")}`;
        throw new HoldupError("HOLDUP_USAGE", `There is no benchmark ${name}; ${there}.`);
      }
      process.exitCode = await run(context, join(context.root, "bench", `${name}.ts`), args);
    });
}
