import type { Command } from "commander";
import { defineExplain } from "../../explain/cli/explain-command.ts";
import type { Context } from "../context.ts";
import { runExplain } from "../explain/run-explain.ts";

export function explainCommand(program: Command, context: Context): void {
  defineExplain(program.command("explain"), {
    name: "./holdup explain",
    hasLab: true,
    terminal: context,
    run: (request, progress) => runExplain(context, request, progress),
  });
}
