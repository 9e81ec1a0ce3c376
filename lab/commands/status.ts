import type { Command } from "commander";
import { chooseLab } from "../choose-lab.ts";
import { type Context, print } from "../context.ts";
import { statusTable } from "../status/status-table.ts";

export function statusCommand(program: Command, context: Context): void {
  program
    .command("status")
    .description("show every process with its memory and CPU, consumer lag, dead letters and addresses")
    .option("--json", "print JSON; sizes in bytes, times in ms")
    .addHelpText("after", "\nExample:\n  ./holdup status --json | jq '.processes[].state'")
    .action(async ({ json }: { json?: boolean }) => {
      const status = await (await chooseLab(context)).status();
      if (!status) {
        print(
          context,
          json
            ? JSON.stringify({ isRunning: false })
            : `The lab is not running. Start it: ./holdup start${context.asksForCompose() ? " --compose" : ""}`,
        );
        process.exitCode = 1;
        return;
      }
      print(
        context,
        json ? JSON.stringify({ isRunning: true, ...status }, undefined, 2) : statusTable(status),
      );
    });
}
