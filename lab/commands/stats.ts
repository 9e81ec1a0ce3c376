import type { Command } from "commander";
import { HoldupError } from "../../core/errors.ts";
import { chooseLab } from "../choose-lab.ts";
import { type Context, notice, print } from "../context.ts";
import { untilInterrupted } from "../system/interrupt.ts";
import { openRecording, readRecording } from "../usage/recording.ts";
import { statsTable } from "../usage/stats-table.ts";
import { lookAround } from "../usage/trace-usage.ts";
import { aroundLines } from "../usage/trace-usage-text.ts";
import { watch } from "../usage/watch.ts";

type Options = { record?: string; around?: string; from?: string; once?: boolean; json?: boolean };

const help = `
The columns are those of docker stats; CPU is percent of one core. In Compose
they come from the engine, so they are what docker stats shows; else from the
processes, whose network is not known apart. A recording has a JSON object a
line, of every process once a second.

--around shows a trace beside what its services used meanwhile. They keep
that for a quarter of an hour; --from takes it from a recording instead,
which has Kafka and Redis, too.

Examples:
  ./holdup stats
  ./holdup stats --record stats.jsonl
  ./holdup stats --around 4bf92f3577b34da6a3ce929d0e0e4736`;

const home = "\u001b[H";
const clearLine = "\u001b[K";
const clearBelow = "\u001b[J";

async function live(context: Context, { record, once, json }: Options, signal: AbortSignal): Promise<void> {
  const lab = await chooseLab(context);
  const recording = record === undefined ? undefined : await openRecording(record);
  const isScreen = context.out.isTTY && !json && !once;
  if (recording) notice(context, `Recording to ${record}. Ctrl-C ends it.`);
  if (isScreen) context.out.write(`${home}${clearBelow}`);
  try {
    for await (const samples of watch(lab, signal)) {
      await recording?.add(samples);
      if (json) for (const sample of samples) print(context, JSON.stringify(sample));
      else {
        const table = statsTable(samples, context.out.columns || 120);
        if (isScreen)
          context.out.write(`${home}${table.replaceAll("\n", `${clearLine}\n`)}${clearLine}\n${clearBelow}`);
        else print(context, table);
      }
      if (once) break;
    }
  } finally {
    await recording?.close();
  }
}

async function around(context: Context, traceId: string, { from, json }: Options): Promise<void> {
  const address = await (await chooseLab(context)).address();
  const recorded = from === undefined ? undefined : await readRecording(from);
  const found = await lookAround(traceId, address, recorded);
  if (found.series.length === 0) {
    notice(
      context,
      from === undefined
        ? "The services have kept nothing of that time (they keep a quarter of an hour). Record for later: ./holdup stats --record FILE"
        : `${from} has nothing of that time.`,
    );
  }
  if (json) print(context, JSON.stringify(found));
  else print(context, aroundLines(found, context.out.columns || 80).join("\n"));
}

export function statsCommand(program: Command, context: Context): void {
  program
    .command("stats")
    .description("show CPU, memory and I/O of every process, live, as docker stats does")
    .option("--record <file>", "also append the samples to this file, as JSON lines")
    .option("--around <trace>", "show a trace beside what its services used meanwhile")
    .option("--from <file>", "with --around: take that from a recording")
    .option("--once", "one sample of each, then end")
    .option("--json", "print JSON; live, one object a line")
    .addHelpText("after", help)
    .action(async (options: Options) => {
      const { around: traceId, from, record } = options;
      if (from !== undefined && traceId === undefined)
        throw new HoldupError("HOLDUP_USAGE", "--from goes with --around.");
      if (traceId === undefined) return untilInterrupted((signal) => live(context, options, signal));
      if (record !== undefined) throw new HoldupError("HOLDUP_USAGE", "--record does not go with --around.");
      await around(context, traceId, options);
    });
}
