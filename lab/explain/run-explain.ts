import { HoldupError } from "../../core/errors.ts";
import type { ExplainOptions } from "../../explain/explain.ts";
import type { Explanation } from "../../explain/explanation.ts";
import type { OnProblem } from "../../explain/problem-log.ts";
import { ReadError } from "../../explain/read/errors.ts";
import { readFile } from "../../explain/read/read-file.ts";
import { type JaegerQuery, readJaeger } from "../../explain/read/read-jaeger.ts";
import type { Span } from "../../explain/span.ts";
import type { BurstSummary } from "../../traffic/summary.ts";
import { readLastBurst } from "../burst/last-burst.ts";
import { chooseLab } from "../choose-lab.ts";
import type { Context } from "../context.ts";
import { findLab } from "../state/running-lab.ts";
import { burstScope, burstWindow, marginMs } from "./burst-scope.ts";
import { explainBatches } from "./explain-batches.ts";
import { isFresh, untilArrived } from "./explain-burst.ts";
import type { ExplainRequest, Source, Subject } from "./explain-options.ts";
import { readPresent } from "./present.ts";
import type { ReadingProgress } from "./reading-progress.ts";

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
  const burst = subject.kind === "burst" ? await lastBurst(context) : undefined;
  const nowMs = Date.now();
  const options = {
    ...scopeOf(subject, burst, nowMs),
    ...(source.kind === "lab" && subject.kind === "trace" && (await namesOf(context, subject.traceId))),
    ...(transportMs !== undefined && { transportMs }),
    ...(source.kind === "lab" && (await presentNow(context))),
  };
  const explained = () =>
    explainBatches(
      (onProblem) => batchesOf(context, source, queryOf(subject, burst, nowMs), onProblem),
      options,
      progress,
    );
  if (!burst || source.kind === "files" || !isFresh(burst, nowMs)) return explained();
  return (await untilArrived(burst, explained, new AbortController().signal)).explanation;
}

async function lastBurst(context: Context): Promise<BurstSummary> {
  const burst = await readLastBurst(context.config().stateDir);
  if (burst) return burst;
  throw new HoldupError("HOLDUP_USAGE", "No burst has been sent yet. Send one: ./holdup burst");
}

async function presentNow(context: Context) {
  return readPresent((await (await chooseLab(context)).address()).redisUrl);
}

/** Names from the last burst when the trace is one of its orders: then `order 3` is the burst's third. */
async function namesOf(context: Context, traceId: string): Promise<Pick<ExplainOptions, "names">> {
  const burst = await readLastBurst(context.config().stateDir);
  if (!burst?.orders.some((order) => order.traceId === traceId)) return {};
  return { names: burstScope(burst).names };
}

function scopeOf(subject: Subject, burst: BurstSummary | undefined, nowMs: number): ExplainOptions {
  if (burst) return burstScope(burst);
  if (subject.kind === "last") return { only: ({ fromMs }) => fromMs >= nowMs - subject.ms };
  if (subject.kind !== "trace") return {};
  return {
    only: ({ traceId, runTraceId }) => traceId === subject.traceId || runTraceId === subject.traceId,
    maxSegments: Number.POSITIVE_INFINITY,
  };
}

function queryOf(subject: Subject, burst: BurstSummary | undefined, nowMs: number): JaegerQuery {
  if (burst) return burstWindow(burst);
  if (subject.kind === "trace") return { traceId: subject.traceId, surroundingsMs: marginMs };
  return { startMs: subject.kind === "last" ? nowMs - subject.ms - marginMs : 0, endMs: nowMs };
}

async function* batchesOf(
  context: Context,
  source: Source,
  query: JaegerQuery,
  onProblem: OnProblem,
): AsyncGenerator<readonly Span[]> {
  if (source.kind === "files") {
    for (const path of source.paths) yield* readFile(path, onProblem);
  } else if (source.kind === "jaeger") {
    yield* readJaeger(source.url, query, onProblem);
  } else {
    const { jaegerUrl } = await (await chooseLab(context)).address();
    try {
      yield* readJaeger(jaegerUrl, query, onProblem);
    } catch (thrown) {
      throw thrown instanceof ReadError && thrown.code === "HOLDUP_JAEGER_UNREACHABLE"
        ? noTraceStore(context, jaegerUrl, thrown)
        : thrown;
    }
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
