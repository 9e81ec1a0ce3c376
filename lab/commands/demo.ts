import type { Command } from "commander";
import { escapeControls } from "../../core/escape.ts";
import { createOrderApi } from "../../traffic/order-api.ts";
import { exitStatus } from "../../traffic/summary.ts";
import { demoPlan, severeOrder } from "../burst/demo-plan.ts";
import { demoTable, nextLines } from "../burst/demo-report.ts";
import { sendBurst } from "../burst/send-burst.ts";
import { chooseLab } from "../choose-lab.ts";
import { type Context, notice, print } from "../context.ts";
import { explainEnded, explainedLines } from "../explain/burst-text.ts";
import type { LabAddress } from "../lab.ts";
import { parseReplicas } from "../settings/replicas.ts";
import { findLab } from "../state/running-lab.ts";
import { untilInterrupted } from "../system/interrupt.ts";
import { portOffsetOption } from "./options.ts";
import { startAndReport } from "./start.ts";

/** Starts the lab unless it runs; a lab of another folder at the same addresses is used as it is. */
async function ensureLab(context: Context, signal: AbortSignal): Promise<void> {
  const lab = await chooseLab(context);
  if (await lab.isUp()) return;
  if (!findLab(context.config()) && (await isOrderApi(await lab.address(), signal))) return;
  notice(context, "The lab is not running; starting it.");
  // Standard output is for the demo's own result.
  const quiet = { ...context, out: context.error };
  await startAndReport(quiet, await chooseLab(quiet), { replicas: parseReplicas(undefined), signal });
}

async function isOrderApi({ apiUrl }: LabAddress, signal: AbortSignal): Promise<boolean> {
  const api = createOrderApi({ url: apiUrl, maxSockets: 1 });
  try {
    return (await api.identify(signal)) === "order API";
  } finally {
    api.close();
  }
}

async function demo(context: Context, json: boolean, signal: AbortSignal): Promise<void> {
  await ensureLab(context, signal);
  notice(context, `Order ${severeOrder} of ten draws severe CPU work in processing; the others do not.`);
  const { summary, records, endMs } = await sendBurst(context, { plan: demoPlan, signal });
  const explained = await explainEnded(context, summary, signal);
  if (json) {
    const result = { ...summary, severeOrder, explanation: explained?.explanation ?? null };
    print(context, escapeControls(JSON.stringify(result)));
  } else {
    const columns = context.out.columns || 80;
    const address = await (await chooseLab(context)).address();
    const lines = [
      ...demoTable(records, endMs, explained?.explanation, columns),
      "",
      ...(explained ? [...explainedLines(context, explained, columns), ""] : []),
      ...nextLines(records, endMs, address),
    ];
    print(context, lines.join("\n"));
  }
  process.exitCode = exitStatus(summary);
}

export function demoCommand(program: Command, context: Context): void {
  program
    .command("demo")
    .description("start the lab if necessary, send ten orders, and show which one held up the others")
    .addOption(portOffsetOption())
    .option("--json", "print the result as JSON")
    .addHelpText("after", "\nThe lab keeps running.\n\nExample:\n  ./holdup demo")
    .action(({ json = false }: { json?: boolean }) =>
      untilInterrupted((signal) => demo(context, json, signal)),
    );
}
