import type { Command } from "commander";
import { chooseLab } from "../choose-lab.ts";
import { type Context, print } from "../context.ts";
import { serviceName } from "../settings/process-names.ts";
import { createProgress } from "../system/progress.ts";

export function restartCommand(program: Command, context: Context): void {
  program
    .command("restart")
    .argument(
      "<service>",
      "processing, notification, analytics, api; also console, kafka, redis, trace-store",
    )
    .description("end a service gracefully and start it again, one replica after the other")
    .addHelpText("after", "\nExample:\n  ./holdup restart processing")
    .action(async (given: string) => {
      const lab = await chooseLab(context);
      const service = [...lab.others, "trace-store"].includes(given) ? given : serviceName(given);
      await lab.restart(service, createProgress(context.error).done);
      print(context, `${service} has been restarted.`);
    });
}
