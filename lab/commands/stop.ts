import type { Command } from "commander";
import { chooseLab } from "../choose-lab.ts";
import type { Context } from "../context.ts";

export function stopCommand(program: Command, context: Context): void {
  program
    .command("stop")
    .description("stop the lab and keep its data")
    .option("--clean", "also remove this lab's data and logs")
    .addHelpText("after", "\nExample:\n  ./holdup stop --clean")
    .action(async ({ clean = false }: { clean?: boolean }) => (await chooseLab(context)).stop({ clean }));
}
