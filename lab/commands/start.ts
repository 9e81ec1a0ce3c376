import type { Command } from "commander";
import { composeLab } from "../compose/compose-lab.ts";
import type { Context } from "../context.ts";
import { embeddedLab } from "../embedded/embedded-lab.ts";
import { movedBy, portOffsetOption } from "./port-offset.ts";

type Options = { portOffset?: string; replicas?: string; foreground?: boolean };

export function startCommand(program: Command, context: Context): void {
  program
    .command("start")
    .description("start Kafka, Redis, the trace store, the four services and the console in the background")
    .addOption(portOffsetOption())
    .option("--replicas <list>", "how often a service runs, such as processing=2,analytics=2")
    .option("--foreground", "stay here; Ctrl-C stops the lab")
    .addHelpText("after", "\nExample:\n  ./holdup start --port-offset 100 --replicas processing=2")
    .action(async (options: Options) => {
      const env = movedBy(options.portOffset, context.env);
      const abort = new AbortController();
      const callOff = () => abort.abort();
      process.once("SIGINT", callOff);
      process.once("SIGTERM", callOff);
      const lab = context.asksForCompose() ? composeLab(context) : embeddedLab(context);
      const isOurs = await lab.start({ env, replicas: options.replicas, signal: abort.signal });
      process.removeListener("SIGINT", callOff);
      process.removeListener("SIGTERM", callOff);
      if (options.foreground && isOurs) await lab.stay(env);
    });
}
