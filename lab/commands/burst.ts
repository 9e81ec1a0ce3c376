import type { Command } from "commander";
import { repeated } from "../../core/command-line.ts";
import { escapeControls } from "../../core/escape.ts";
import { patienceS } from "../../traffic/run-burst.ts";
import { exitStatus } from "../../traffic/summary.ts";
import { readBurstOptions } from "../burst/burst-options.ts";
import { reportLines } from "../burst/burst-report.ts";
import { sendBurst } from "../burst/send-burst.ts";
import { type Context, print } from "../context.ts";
import { explainEnded, explainedLines } from "../explain/burst-text.ts";
import { untilInterrupted } from "../system/interrupt.ts";

const examples = `
Orders are sent on schedule, whether or not earlier ones have been answered, and
times are measured from when an order was due. Exit status: 0 when every order
was analysed, 1 when not, 130 after Ctrl-C.

Examples:
  ./holdup burst --count 100 --rate 5
  ./holdup burst --items 1 --force 2:business_logic=extreme_cpu_computation`;

export function burstCommand(program: Command, context: Context): void {
  program
    .command("burst")
    .description("send orders, follow them to the end, and show how long each took and why")
    .option("--count <n>", "orders to send, 1 to 100000 (default: 10)")
    .option("--rate <n>", "orders a second, 0.1 to 10000 (default: all at once)")
    .option("--items <n>", "distinct items, used in turn (default: one per order)")
    .option("--seed <n>", "seed of the work; the same seed repeats a burst (default: random)")
    .option(
      "--force <order>:<span>=<operation>",
      "run this operation instead of the drawn one; <order> is a number from 1, or all; may be repeated",
      repeated,
    )
    .option(
      "--timeout <s>",
      `how long to follow the orders (default: until ${patienceS} s pass without progress)`,
    )
    .option("--json", "print the summary as JSON")
    .addHelpText("after", examples)
    .action(async (given: Readonly<Record<string, unknown>>) => {
      const { plan, timeoutMs, json } = readBurstOptions(given);
      await untilInterrupted(async (signal) => {
        const { summary } = await sendBurst(context, { plan, timeoutMs, signal });
        process.exitCode = exitStatus(summary);
        if (json) return print(context, escapeControls(JSON.stringify(summary)));
        const columns = context.out.columns || 80;
        print(context, reportLines(summary, columns).join("\n"));
        const explained = await explainEnded(context, summary, signal);
        if (explained) print(context, ["", ...explainedLines(context, explained, columns)].join("\n"));
      });
    });
}
