import { type Command, Option } from "commander";
import { chooseLab } from "../choose-lab.ts";
import { type Context, notice, print } from "../context.ts";
import { formatEntry, paintFor } from "../logs/format-entry.ts";
import { type Filter, type LogEntry, levels, matches } from "../logs/log-entry.ts";
import { infraNames, shortServiceNames } from "../settings/process-names.ts";
import { untilInterrupted } from "../system/interrupt.ts";
import { wholeNumber } from "./options.ts";

const names = [...shortServiceNames, ...infraNames, "supervisor"];
const replicaExample = "processing-service-2";

type Options = Filter & { follow?: boolean; lines: number };

async function showLogs(context: Context, service: string | undefined, options: Options): Promise<void> {
  const logs = await (await chooseLab(context)).logs(service);
  const paint = paintFor(context.out);
  const isMatch = (entry: LogEntry) => matches(entry, options);
  const shown = await logs.newest(options.lines, isMatch, options.follow === true);
  for (const entry of shown) print(context, formatEntry(entry, paint));
  if (!options.follow) {
    if (shown.length === 0)
      notice(
        context,
        logs.isEmpty ? "There are no logs yet. Start the lab: ./holdup start" : "No line matches.",
      );
    return;
  }
  await untilInterrupted(async (signal) => {
    for await (const entry of logs.follow(signal)) {
      if (isMatch(entry)) print(context, formatEntry(entry, paint));
    }
  });
}

export function logsCommand(program: Command, context: Context): void {
  program
    .command("logs")
    .argument("[service]", `${names.join(", ")}, or a replica such as ${replicaExample}`)
    .description("print the logs of all processes, merged by time")
    .option("-f, --follow", "keep printing new lines")
    .option("-n, --lines <n>", "number of newest lines", wholeNumber(7, 20), 50)
    .option("--trace <id>", "only lines of this trace")
    .option("--order <id>", "only lines of this order")
    .addOption(new Option("--level <level>", "only lines of at least this level").choices([...levels]))
    .addHelpText("after", "\nExample:\n  ./holdup logs processing -f --level warn")
    .action((service: string | undefined, options: Options) => showLogs(context, service, options));
}
