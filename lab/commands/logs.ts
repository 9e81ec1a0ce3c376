import { type Command, InvalidArgumentError, Option } from "commander";
import { type Context, notice, print } from "../context.ts";
import { entriesBackwards } from "../logs/entries-backwards.ts";
import { follow } from "../logs/follow.ts";
import { formatEntry, paintFor } from "../logs/format-entry.ts";
import { lastWholeLine } from "../logs/last-whole-line.ts";
import { logFiles } from "../logs/log-files.ts";
import { newest } from "../logs/newest.ts";
import { type Filter, isWanted, levels } from "../logs/wanted.ts";
import { readLabConfig } from "../settings.ts";
import { statePaths } from "../state/paths.ts";

type Options = Filter & { follow?: boolean; lines: number };

function lineCount(text: string): number {
  if (!/^\d{1,7}$/.test(text)) throw new InvalidArgumentError("It is a whole number, such as 20.");
  return Number(text);
}

async function showLogs(context: Context, service: string | undefined, options: Options): Promise<void> {
  const paths = statePaths(readLabConfig(context.env, context.root).stateDir);
  const files = logFiles(paths, service);
  const paint = paintFor(context.out);
  const wanted = (entry: Parameters<typeof isWanted>[0]) => isWanted(entry, options);
  const ends = await Promise.all(
    files.map(async (file) => ({ ...file, ...(await lastWholeLine(file.path)) })),
  );
  // While following, a half line is left for the follower; otherwise it may be all that a crash left behind.
  const logs = ends.flatMap(({ path, source, offset, size }) =>
    entriesBackwards(path, source, options.follow ? offset : size),
  );
  const shown = await newest(logs, options.lines, wanted);
  for (const entry of shown) print(context, formatEntry(entry, paint));
  if (!options.follow) {
    if (shown.length === 0)
      notice(
        context,
        files.length === 0 ? "There are no logs yet: ./holdup start makes them." : "No line matches.",
      );
    return;
  }
  const abort = new AbortController();
  process.once("SIGINT", () => abort.abort());
  process.once("SIGTERM", () => abort.abort());
  const starts = new Map(ends.map(({ path, inode, offset }) => [path, { inode, offset }]));
  for await (const entry of follow(() => logFiles(paths, service), starts, abort.signal)) {
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
