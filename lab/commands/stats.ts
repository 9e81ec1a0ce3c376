import type { Command } from "commander";
import { HoldupError } from "../../core/errors.ts";
import { chooseLab } from "../choose-lab.ts";
import { type Context, notice, print } from "../context.ts";
import { untilInterrupted } from "../system/interrupt.ts";
import { openRecording, readRecording } from "../usage/recording.ts";
import { watchSamples } from "../usage/samples.ts";
import { statsTable } from "../usage/stats-table.ts";
import { readTraceUsage } from "../usage/trace-usage.ts";
import { traceUsageLines } from "../usage/trace-usage-text.ts";

type Options = { record?: string; around?: string; from?: string; once?: boolean; json?: boolean };

const help = `
The columns are those of docker stats; CPU is in percent of one core. In Compose
the figures come from the engine, as in docker stats; otherwise from the
processes, whose network traffic is unknown. A recording has one JSON object per
line, for every process once a second.

--around shows a trace next to what its services used during it. The services
keep their usage for 15 minutes; --from reads it from a recording instead, which
also has Kafka and Redis.

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
    for await (const samples of watchSamples(lab.readings, signal)) {
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

async function showTraceUsage(context: Context, traceId: string, { from, json }: Options): Promise<void> {
  const address = await (await chooseLab(context)).address();
  const recorded = from === undefined ? undefined : await readRecording(from);
  const found = await readTraceUsage(traceId, address, recorded);
  if (found.series.length === 0) {
    notice(
      context,
      from === undefined
        ? "The services have no usage from that time (they keep 15 minutes). To keep it longer: ./holdup stats --record FILE"
        : `${from} has no samples from that time.`,
    );
  }
  if (json) print(context, JSON.stringify(found));
  else print(context, traceUsageLines(found, context.out.columns || 80).join("\n"));
}

export function statsCommand(program: Command, context: Context): void {
  program
    .command("stats")
    .description("show CPU, memory and I/O of every process, live, as docker stats does")
    .option("--record <file>", "also append the samples to this file as JSON lines")
    .option("--around <trace>", "show a trace next to what its services used during it")
    .option("--from <file>", "with --around: read the usage from a recording")
    .option("--once", "print one sample of each process and exit")
    .option("--json", "print JSON; live, one object per line")
    .addHelpText("after", help)
    .action(async (options: Options) => {
      const { around: traceId, from, record } = options;
      if (from !== undefined && traceId === undefined)
        throw new HoldupError("HOLDUP_USAGE", "--from needs --around.");
      if (traceId === undefined) return untilInterrupted((signal) => live(context, options, signal));
      if (record !== undefined)
        throw new HoldupError("HOLDUP_USAGE", "--record and --around exclude each other; give one of them.");
      await showTraceUsage(context, traceId, options);
    });
}
