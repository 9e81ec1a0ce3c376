import type { Command } from "commander";
import { labToStart } from "../choose-lab.ts";
import { type Context, notice, print } from "../context.ts";
import type { Endpoints, Lab } from "../lab.ts";
import { parseReplicas } from "../settings/replicas.ts";
import { untilInterrupted } from "../system/interrupt.ts";
import { portOffsetOption } from "./options.ts";

function withoutPassword(url: string): string {
  const parsed = new URL(url);
  if (parsed.password !== "") parsed.password = "…";
  return parsed.href;
}

function endpointLines({ consoleUrl, apiUrl, jaegerUrl, brokers, redisUrl }: Endpoints): string[] {
  const orderBody = `'{"item":"book","quantity":1}'`;
  return [
    `  Console     ${consoleUrl ?? "not listening yet"}`,
    `  Order API   ${apiUrl ?? "not listening yet"}`,
    `  Traces      ${jaegerUrl ?? "not listening"}`,
    `  Kafka       ${brokers.join(",")}`,
    `  Redis       ${withoutPassword(redisUrl)}`,
    "Send an order:",
    `  curl -X POST ${apiUrl}/order -H 'content-type: application/json' -d ${orderBody}`,
    "See it:  ./holdup status   ./holdup logs -f        Stop:  ./holdup stop",
  ];
}

/** Starts a lab unless it runs, and prints its addresses. Returns whether it was started now. */
export async function startAndReport(
  context: Context,
  lab: Lab,
  options: Parameters<Lab["start"]>[0],
): Promise<boolean> {
  const { isNew, summary, endpoints, changedSettings } = await lab.start(options);
  print(context, [summary, ...endpointLines(endpoints)].join("\n"));
  if (changedSettings.length > 0) {
    const stop = lab.kind === "compose" ? "./holdup stop --compose" : "./holdup stop";
    notice(
      context,
      `The running lab has different settings from this command: ${changedSettings.join(", ")}. To apply the command's: ${stop}, then start.`,
    );
  }
  return isNew;
}

type Options = { replicas?: string; foreground?: boolean };

export function startCommand(program: Command, context: Context): void {
  program
    .command("start")
    .description("start Kafka, Redis, the trace store, the services and the console in the background")
    .addOption(portOffsetOption())
    .option("--replicas <list>", "number of replicas by service, such as processing=2,analytics=2")
    .option("--foreground", "stay in the foreground; Ctrl-C stops the lab")
    .addHelpText("after", "\nExample:\n  ./holdup start --port-offset 100 --replicas processing=2")
    .action(async (options: Options) => {
      const replicas = parseReplicas(options.replicas);
      const lab = labToStart(context);
      const isNew = await untilInterrupted((signal) => startAndReport(context, lab, { replicas, signal }));
      if (options.foreground && isNew) await lab.waitUntilStopped();
    });
}
