import { type Command, CommanderError } from "commander";
import { HoldupError } from "./errors.ts";
import { escapeControls, escapeControlsInLines } from "./escape.ts";
import type { Terminal } from "./terminal.ts";

const usageCodes: readonly string[] = [
  "HOLDUP_USAGE",
  "HOLDUP_JAEGER_URL_INVALID",
  "HOLDUP_JAEGER_QUERY_INVALID",
];

/**
 * Runs a command line and sets the exit status: 2 when it is wrong, 130 when it was interrupted, 1 for every other error of ours,
 * which is printed in one line.
 */
export async function runProgram(program: Command, terminal: Terminal): Promise<void> {
  // `./holdup logs | head`: the reader has closed the pipe, which is not a failure.
  terminal.out.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit(process.exitCode ?? 0);
    terminal.error.write(`The result cannot be written: ${escapeControls(error.message)}.\n`);
    process.exit(1);
  });
  // Progress is no longer read; the command continues.
  terminal.error.on("error", () => {});
  try {
    await program.parseAsync();
  } catch (thrown) {
    process.exitCode = exitCode(thrown, terminal);
  }
}

/** Commands defined after this call also throw instead of exiting, and escape what they quote. */
export function withOwnErrors(program: Command): Command {
  return program
    .configureOutput({ outputError: (text, write) => write(escapeControlsInLines(text)) })
    .exitOverride();
}

function exitCode(thrown: unknown, { error }: Terminal): number {
  // commander has already printed the error; --help is not an error.
  if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? 0 : 2;
  if (!(thrown instanceof HoldupError)) throw thrown;
  error.write(`${escapeControlsInLines(thrown.message)}\n`);
  if (thrown.code === "HOLDUP_STOPPING") return 130;
  return usageCodes.includes(thrown.code) ? 2 : 1;
}

/** Collects the values of an option that may be repeated. */
export function repeated(value: string, earlier: readonly string[] = []): readonly string[] {
  return [...earlier, value];
}
