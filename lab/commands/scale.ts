import { type Command, InvalidArgumentError } from "commander";
import { chooseLab } from "../choose-lab.ts";
import { type Context, notice, print } from "../context.ts";
import { serviceName } from "../settings/process-names.ts";
import { checkReplicas, idleReplicasHint } from "../settings/replicas.ts";
import { createProgress } from "../system/progress.ts";

function count(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError("It is a whole number, such as 2.");
  return Number(text);
}

export function scaleCommand(program: Command, context: Context): void {
  program
    .command("scale")
    .argument("<service>", "processing, notification or analytics")
    .argument("<replicas>", "how many processes of it are to run (0 to 20)", count)
    .description("run a service more or fewer times")
    .addHelpText("after", "\nExample:\n  ./holdup scale processing 3")
    .action(async (given: string, replicas: number) => {
      const service = serviceName(given);
      checkReplicas(service, replicas);
      const lab = await chooseLab(context);
      const hint = idleReplicasHint(service, replicas, await lab.partitionsOf());
      if (hint) notice(context, hint);
      await lab.scale(service, replicas, createProgress(context.error).done);
      print(context, `${service} runs ${replicas === 1 ? "once" : `${replicas} times`}.`);
    });
}
