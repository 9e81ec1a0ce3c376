import type { Command } from "commander";
import { HoldupError } from "../../shared/errors.ts";
import { type Context, print } from "../context.ts";
import { createProgress } from "../progress.ts";
import { runningLab } from "../running-lab.ts";
import { serviceName } from "../service-name.ts";
import { askSupervisor } from "../supervisor/ask-supervisor.ts";

const answerMs = 5000;

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
      const isInfra = ["console", "kafka", "redis", "trace-store"].includes(given);
      const service = isInfra ? given : serviceName(given);
      const lab = runningLab(context);
      if (!lab.processes.some((entry) => entry.service === service)) {
        throw new HoldupError("HOLDUP_USAGE", `${service} is not one of this lab's processes.`);
      }
      const progress = createProgress(context.error);
      await askSupervisor(
        lab.supervisor,
        { do: "restart", service },
        { say: progress.done, silentMs: answerMs },
      );
      print(context, `${service} has been restarted.`);
    });
}
