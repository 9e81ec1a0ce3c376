import type { Command } from "commander";
import { counted } from "../../core/format.ts";
import { createProgress } from "../../core/progress.ts";
import { stageNames } from "../../shared/pipeline/stages.ts";
import { chooseLab } from "../choose-lab.ts";
import { type Context, notice, print } from "../context.ts";
import { serviceName } from "../settings/process-names.ts";
import { checkReplicas, idleReplicasWarning, maxReplicas } from "../settings/replicas.ts";
import { wholeNumber } from "./options.ts";

export function scaleCommand(program: Command, context: Context): void {
  program
    .command("scale")
    .argument("<service>", stageNames.join(", "))
    .argument("<replicas>", `number of replicas, 0 to ${maxReplicas}`, wholeNumber(9, 2))
    .description("change how many replicas of a service run")
    .addHelpText("after", "\nExample:\n  ./holdup scale processing 3")
    .action(async (given: string, replicas: number) => {
      const service = serviceName(given);
      checkReplicas(service, replicas);
      const lab = await chooseLab(context);
      const warning = idleReplicasWarning(service, replicas, await lab.partitionsOf());
      if (warning) notice(context, warning);
      await lab.scale(service, replicas, createProgress(context.error).done);
      print(context, `${service} has ${counted(replicas, "replica")}.`);
    });
}
