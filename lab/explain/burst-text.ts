import { counted } from "../../core/words.ts";
import { ReadError } from "../../explain/read/errors.ts";
import { shortLines } from "../../explain/text/explanation.ts";
import { wrap } from "../../explain/text/layout.ts";
import type { BurstSummary } from "../../traffic/summary.ts";
import { labAddress } from "../burst/api-address.ts";
import { type Context, notice } from "../context.ts";
import { hasColour, progressStream } from "../system/terminal.ts";
import { type BurstExplanation, explainBurst } from "./explain-burst.ts";
import { createReadingProgress } from "./reading-progress.ts";

/** Beyond it, reading all traces takes longer than one wants to wait for without having asked. */
const mostOrders = 10_000;

/** The explanation of a burst that has ended; undefined, with a notice that says why, when there is none. */
export async function explainEnded(
  context: Context,
  summary: BurstSummary,
  signal: AbortSignal,
): Promise<BurstExplanation | undefined> {
  const isTraced = summary.orders.some(({ traceId }) => traceId !== undefined);
  if (!isTraced || signal.aborted) return undefined;
  if (summary.count > mostOrders) {
    notice(context, "To explain so many orders takes a while: ./holdup explain --burst last");
    return undefined;
  }
  const progress = createReadingProgress(progressStream(context));
  try {
    return await explainBurst(summary, (await labAddress(context)).jaegerUrl, signal, progress);
  } catch (thrown) {
    if (!(thrown instanceof ReadError)) throw thrown;
    notice(context, `The burst is not explained: ${thrown.message}`);
    return undefined;
  } finally {
    progress.clear();
  }
}

type TextContext = Pick<Context, "env"> & { readonly out: { readonly isTTY?: boolean } };

/** How a burst's report ends: who held up whom, in short, and how to see all. */
export function explainedLines(
  context: TextContext,
  { explanation, lacking }: BurstExplanation,
  columns: number,
): string[] {
  const all = "./holdup explain --burst last";
  if (explanation.orders.length === 0) {
    return [...wrap("No span of its orders' handling has arrived yet. Ask again:", columns), `  ${all}`];
  }
  return [
    ...lackingLines(lacking, columns),
    ...shortLines(explanation, { width: columns, hasColour: hasColour(context, context.out) }),
    "All of it:",
    `  ${all}`,
  ];
}

function lackingLines(lacking: readonly number[], columns: number): string[] {
  if (lacking.length === 0) return [];
  const whose = counted(lacking.length, "order");
  return wrap(`Not all spans of ${whose} have arrived; what follows is without them.`, columns);
}
