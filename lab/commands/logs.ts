import { type Command, InvalidArgumentError, Option } from "commander";
import { chooseLab } from "../choose-lab.ts";
import { type Context, notice, print } from "../context.ts";
import { formatEntry, paintFor } from "../logs/format-entry.ts";
import { type Filter, isWanted, levels } from "../logs/wanted.ts";

type Options = Filter & { follow?: boolean; lines: number };

function lineCount(text: string): number {
  if (!/^\d{1,7}$/.test(text)) throw new InvalidArgumentError("It is a whole number, such as 20.");
  return Number(text);
}

async function showLogs(context: Context, service: string | undefined, options: Options): Promise<void> {
  const logs = await (await chooseLab(context)).logs(service);
  const paint = paintFor(context.out);
  const wanted = (entry: Parameters<typeof isWanted>[0]) => isWanted(entry, options);
  const shown = await logs.newest(options.lines, wanted, options.follow === true);
  for (const entry of shown) print(context, formatEntry(entry, paint));
  if (!options.follow) {
    if (shown.length === 0)
      notice(
        context,
        logs.isEmpty ? "There are no logs yet: ./holdup start makes them." : "No line matches.",
      );
    return;
  }
  const abort = new AbortController();
  process.once("SIGINT", () => abort.abort());
  process.once("SIGTERM", () => abort.abort());
  for await (const entry of logs.follow(abort.signal)) {
    if (wanted(entry)) print(context, formatEntry(entry, paint));
  }
}

export function logsCommand(program: Command, context: Context): void {
  program
    .command("logs")
    .argument(
      "[service]",
      "processing, api, console, kafka, redis, trace-store, supervisor, or one replica by its name",
    )
    .description("print the logs of all processes, merged by time")
    .option("-f, --follow", "go on printing what is written")
    .option("-n, --lines <n>", "how many of the newest lines", lineCount, 50)
    .option("--trace <id>", "only lines of this trace")
    .option("--order <id>", "only lines of this order")
    .addOption(new Option("--level <level>", "only lines at least this severe").choices([...levels]))
    .addHelpText("after", "\nExample:\n  ./holdup logs processing -f --level warn")
    .action((service: string | undefined, options: Options) => showLogs(context, service, options));
}
