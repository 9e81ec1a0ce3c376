import { counted } from "../../core/format.ts";
import { hasColour, progressStream } from "../../core/terminal.ts";
import { createReadingProgress } from "../../explain/cli/reading-progress.ts";
import { ReadError } from "../../explain/read/errors.ts";
import { shortLines } from "../../explain/text/explanation-text.ts";
import { wrap } from "../../explain/text/layout.ts";
import type { BurstSummary } from "../../traffic/summary.ts";
import { chooseLab } from "../choose-lab.ts";
import { type Context, notice } from "../context.ts";
import { type BurstExplanation, explainBurst } from "./explain-burst.ts";

/** Above it, reading all traces takes too long to do unasked. */
const maxOrders = 10_000;

/** Explains a burst that has ended; undefined, with a notice of the reason, when that is not possible. */
export async function explainEnded(
  context: Context,
  summary: BurstSummary,
  signal: AbortSignal,
): Promise<BurstExplanation | undefined> {
  const isTraced = summary.orders.some(({ traceId }) => traceId !== undefined);
  if (!isTraced || signal.aborted) return undefined;
  if (summary.count > maxOrders) {
    notice(context, "Explaining this many orders takes a while. To do it: ./holdup explain --burst last");
    return undefined;
  }
  const progress = createReadingProgress(progressStream(context));
  try {
    const { jaegerUrl } = await (await chooseLab(context)).address();
    return await explainBurst(summary, jaegerUrl, signal, progress);
  } catch (thrown) {
    if (!(thrown instanceof ReadError)) throw thrown;
    notice(context, `The burst is not explained: ${thrown.message}`);
    return undefined;
  } finally {
    progress.clear();
  }
}

type TextContext = Pick<Context, "env"> & { readonly out: { readonly isTTY?: boolean } };

/** The end of a burst's report: a short explanation, and how to see all of it. */
export function explainedLines(
  context: TextContext,
  { explanation, incomplete }: BurstExplanation,
  columns: number,
): string[] {
  const all = "./holdup explain --burst last --all";
  if (explanation.orders.length === 0) {
    return [...wrap("No spans of its orders have arrived yet. Try again:", columns), `  ${all}`];
  }
  return [
    ...incompleteLines(incomplete, columns),
    ...shortLines(explanation, { width: columns, hasColour: hasColour(context, context.out) }),
    "The full explanation:",
    `  ${all}`,
  ];
}

function incompleteLines(incomplete: readonly number[], columns: number): string[] {
  if (incomplete.length === 0) return [];
  const orders = counted(incomplete.length, "order");
  return wrap(`Not all spans of ${orders} have arrived; the missing ones are left out here.`, columns);
}
