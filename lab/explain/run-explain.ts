import { HoldupError } from "../../core/errors.ts";
import type { ExplainRequest } from "../../explain/cli/explain-options.ts";
import type { ReadingProgress } from "../../explain/cli/reading-progress.ts";
import { explainBatches, readSource, type Selection, selectionOf } from "../../explain/cli/run-explain.ts";
import type { ExplainOptions } from "../../explain/explain.ts";
import type { Explanation } from "../../explain/explanation.ts";
import type { OnProblem } from "../../explain/problem-log.ts";
import { ReadError } from "../../explain/read/errors.ts";
import { type JaegerQuery, readJaeger } from "../../explain/read/read-jaeger.ts";
import type { Span } from "../../explain/span.ts";
import type { BurstSummary } from "../../traffic/summary.ts";
import { readLastBurst } from "../burst/last-burst.ts";
import { chooseLab } from "../choose-lab.ts";
import type { Context } from "../context.ts";
import { findLab } from "../state/running-lab.ts";
import { burstScope, burstWindow } from "./burst-scope.ts";
import { isFresh, untilArrived } from "./explain-burst.ts";
import { readPresent } from "./present.ts";

/**
 * Reads the spans of a request and explains them.
 *
 * @throws ReadError when the source cannot be read, or is a Jaeger without the trace
 * @throws HoldupError HOLDUP_LAB_NOT_RUNNING when no source is given and no lab runs; HOLDUP_USAGE when there is no last burst
 */
export async function runExplain(
  context: Context,
  { source, subject, transportMs }: ExplainRequest,
  progress: ReadingProgress,
): Promise<Explanation> {
  const { burst, query, scope } = await selected(context, subject);
  const options = {
    ...scope,
    ...(source.kind === "lab" && subject.kind === "trace" && (await namesOf(context, subject.traceId))),
    ...(transportMs !== undefined && { transportMs }),
  };
  const explained = () =>
    source.kind === "lab"
      ? explainLab(context, query, options, progress)
      : explainBatches((onProblem) => readSource(source, query, onProblem), options, progress);
  if (!burst || source.kind === "files" || !isFresh(burst, Date.now())) return explained();
  return (await untilArrived(burst, explained, new AbortController().signal)).explanation;
}

async function selected(
  context: Context,
  subject: ExplainRequest["subject"],
): Promise<Selection & { readonly burst?: BurstSummary }> {
  if (subject.kind !== "burst") return selectionOf(subject, Date.now());
  const burst = await lastBurst(context);
  return { burst, query: burstWindow(burst), scope: burstScope(burst) };
}

async function lastBurst(context: Context): Promise<BurstSummary> {
  const burst = await readLastBurst(context.config().stateDir);
  if (burst) return burst;
  throw new HoldupError("HOLDUP_USAGE", "No burst has been sent yet. Send one: ./holdup burst");
}

/** Explains the lab's spans, with what it knows about their orders once all have been read. */
async function explainLab(
  context: Context,
  query: JaegerQuery,
  options: ExplainOptions,
  progress: ReadingProgress,
): Promise<Explanation> {
  const { redisUrl } = await (await chooseLab(context)).address();
  const orderIds = new Set<string>();
  async function* read(onProblem: OnProblem) {
    for await (const spans of readLab(context, query, onProblem)) {
      for (const { attributes } of spans) {
        const id = attributes["holdup.order.id"];
        if (typeof id === "string") orderIds.add(id);
      }
      yield spans;
    }
  }
  return explainBatches(read, options, progress, () => readPresent(redisUrl, [...orderIds]));
}

/** Names from the last burst when the trace is one of its orders: then `order 3` is the burst's third. */
async function namesOf(context: Context, traceId: string): Promise<Pick<ExplainOptions, "names">> {
  const burst = await readLastBurst(context.config().stateDir);
  if (!burst?.orders.some((order) => order.traceId === traceId)) return {};
  return { names: burstScope(burst).names };
}

async function* readLab(
  context: Context,
  query: JaegerQuery,
  onProblem: OnProblem,
): AsyncGenerator<readonly Span[]> {
  const { jaegerUrl } = await (await chooseLab(context)).address();
  try {
    yield* readJaeger(jaegerUrl, query, onProblem);
  } catch (thrown) {
    throw thrown instanceof ReadError && thrown.code === "HOLDUP_JAEGER_UNREACHABLE"
      ? noTraceStore(context, jaegerUrl, thrown)
      : thrown;
  }
}

function noTraceStore(context: Context, jaegerUrl: string, cause: ReadError): HoldupError {
  return new HoldupError(
    "HOLDUP_LAB_NOT_RUNNING",
    findLab(context.config())
      ? `The lab's traces at ${jaegerUrl} cannot be read; see ./holdup status. Or give another source: --jaeger URL, --file FILE.`
      : `No lab is running: nothing answers at ${jaegerUrl}. Start one with ./holdup start, or give a source: --jaeger URL, --file FILE.`,
    { cause },
  );
}
