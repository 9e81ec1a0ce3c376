import type { Command } from "commander";
import { createProgress } from "../../core/progress.ts";
import { chooseLab } from "../choose-lab.ts";
import { type Context, print } from "../context.ts";
import { infraNames, serviceName, shortServiceNames } from "../settings/process-names.ts";

/** @throws HoldupError HOLDUP_USAGE when no process has the name */
function processName(given: string): string {
  // Compose runs Jaeger as the trace store.
  const name = given === "jaeger" ? "trace-store" : given;
  return infraNames.find((one) => one === name) ?? serviceName(name);
}

export function restartCommand(program: Command, context: Context): void {
  program
    .command("restart")
    .argument("<service>", [...shortServiceNames, ...infraNames].join(", "))
    .description("stop a service gracefully and start it again, one replica after the other")
    .addHelpText("after", "\nExample:\n  ./holdup restart processing")
    .action(async (given: string) => {
      const name = processName(given);
      const lab = await chooseLab(context);
      await lab.restart(name, createProgress(context.error).done);
      print(context, `${name} has been restarted.`);
    });
}
