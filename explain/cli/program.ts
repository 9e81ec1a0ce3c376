import { Command } from "commander";
import { runProgram, withOwnErrors } from "../../core/command-line.ts";
import type { Terminal } from "../../core/terminal.ts";
import { version } from "../version.ts";
import { defineExplain } from "./explain-command.ts";
import { runWithoutLab } from "./run-explain.ts";

/** The command `holdup-explain` of the package of the same name. */
export async function runExplainProgram(terminal: Terminal): Promise<void> {
  const program = withOwnErrors(new Command("holdup-explain")).version(version);
  defineExplain(program, { name: "holdup-explain", hasLab: false, terminal, run: runWithoutLab });
  await runProgram(program, terminal);
}
