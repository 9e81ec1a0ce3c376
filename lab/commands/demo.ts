import type { Command } from "commander";
import { harmless } from "../../explain/text/harmless.ts";
import { createOrderApi } from "../../traffic/order-api.ts";
import { exitStatus } from "../../traffic/summary.ts";
import { labAddress } from "../burst/api-address.ts";
import { demoPlan, severeOrder } from "../burst/demo-plan.ts";
import { demoTable, nextLines } from "../burst/demo-report.ts";
import { sendBurst } from "../burst/send-burst.ts";
import { chooseLab } from "../choose-lab.ts";
import { type Context, notice, print } from "../context.ts";
import { findLab } from "../embedded/running-lab.ts";
import { explainEnded, explainedLines } from "../explain/burst-text.ts";
import { untilInterrupted } from "../system/interrupt.ts";
import { movedBy, portOffsetOption } from "./port-offset.ts";

/** Brings the lab up unless this folder's lab, or one at the addresses of the settings, is. */
async function bringUp(context: Context, signal: AbortSignal): Promise<void> {
  const lab = await chooseLab(context);
  if ((await lab.isUp()) || (!findLab(context) && (await isApiThere(context, signal)))) return;
  notice(context, "The lab is not running; starting it.");
  // Standard output is for the demo's own.
  const beside = await chooseLab({ ...context, out: context.error });
  await beside.start({ env: context.env, signal });
}

async function isApiThere(context: Context, signal: AbortSignal): Promise<boolean> {
  const api = createOrderApi({ url: (await labAddress(context)).apiUrl, maxSockets: 1 });
  try {
    return (await api.identify(signal)) === "order API";
  } finally {
    api.close();
  }
}

async function demo(context: Context, json: boolean, signal: AbortSignal): Promise<void> {
  await bringUp(context, signal);
  notice(context, `Order ${severeOrder} of ten draws severe CPU work in processing; the others do not.`);
  const { summary, records, endMs } = await sendBurst(context, { plan: demoPlan, signal });
  const explained = await explainEnded(context, summary, signal);
  if (json) {
    const told = { ...summary, severeOrder, explanation: explained?.explanation ?? null };
    print(context, harmless(JSON.stringify(told)));
  } else {
    const columns = context.out.columns || 80;
    const lines = [
      ...demoTable(records, endMs, explained?.explanation, columns),
      "",
      ...(explained ? [...explainedLines(context, explained, columns), ""] : []),
      ...nextLines(records, endMs, await labAddress(context)),
    ];
    print(context, lines.join("\n"));
  }
  process.exitCode = exitStatus(summary);
}

export function demoCommand(program: Command, context: Context): void {
  program
    .command("demo")
    .description("start the lab if need be, send ten orders, and show which one held up the others")
    .addOption(portOffsetOption())
    .option("--json", "print what happened as JSON")
    .addHelpText("after", "\nThe lab goes on running.\n\nExample:\n  ./holdup demo")
    .action(({ json = false, portOffset }: { json?: boolean; portOffset?: string }) => {
      const moved = { ...context, env: movedBy(portOffset, context.env) };
      return untilInterrupted((signal) => demo(moved, json, signal));
    });
}
