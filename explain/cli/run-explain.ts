import { HoldupError } from "../../core/errors.ts";
import type { Present } from "../deliveries/present.ts";
import { createPartsExplainer, type ExplainOptions, type ReadPart } from "../explain.ts";
import type { Explanation } from "../explanation.ts";
import type { OnProblem } from "../problem-log.ts";
import { type JaegerQuery, readJaeger } from "../read/read-jaeger.ts";
import { readFileInThreads } from "../read/threads/read-in-threads.ts";
import type { Problem } from "../span.ts";
import type { ExplainRequest, Source, Subject } from "./explain-options.ts";
import type { ReadingProgress } from "./reading-progress.ts";

/** Margin around the orders: their blockers may have started earlier, and their last spans may end later. */
export const marginMs = 5 * 60_000;

/** The sources and subjects that need no lab. */
type ForeignSource = Exclude<Source, { readonly kind: "lab" }>;
type ForeignSubject = Exclude<Subject, { readonly kind: "burst" }>;

/**
 * Reads the spans of a request and explains them, where there is no lab.
 *
 * @throws ReadError when the source cannot be read, or is a Jaeger without the trace
 * @throws HoldupError HOLDUP_USAGE when no source is given
 */
export async function runWithoutLab(
  { source, subject, transportMs }: ExplainRequest,
  progress: ReadingProgress,
): Promise<Explanation> {
  if (source.kind === "lab" || subject.kind === "burst") {
    throw new HoldupError(
      "HOLDUP_USAGE",
      "Give what to read: --file traces.json (- is standard input), or --jaeger http://host:16686.",
    );
  }
  const { query, scope } = selectionOf(subject, Date.now());
  return explainBatches(
    (onProblem) => readSource(source, query, onProblem),
    { ...scope, ...(transportMs !== undefined && { transportMs }) },
    progress,
  );
}

/** What a subject selects: the spans to read, and the orders to explain. */
export type Selection = { readonly query: JaegerQuery; readonly scope: ExplainOptions };

export function selectionOf(subject: ForeignSubject, nowMs: number): Selection {
  switch (subject.kind) {
    case "all":
      return { query: { startMs: 0, endMs: nowMs }, scope: {} };
    case "last": {
      const startMs = nowMs - subject.ms;
      return {
        query: { startMs: startMs - marginMs, endMs: nowMs },
        scope: { only: ({ fromMs }) => fromMs >= startMs },
      };
    }
    case "trace":
      return {
        query: { traceId: subject.traceId, surroundingsMs: marginMs },
        scope: {
          only: ({ traceId, runTraceId }) => traceId === subject.traceId || runTraceId === subject.traceId,
          maxSegments: Number.POSITIVE_INFINITY,
        },
      };
  }
}

export async function* readSource(
  source: ForeignSource,
  query: JaegerQuery,
  onProblem: OnProblem,
): AsyncGenerator<ReadPart> {
  if (source.kind === "jaeger") yield* readJaeger(source.url, query, onProblem);
  else for (const path of source.paths) yield* readFileInThreads(path, onProblem);
}

/** Explains the spans of a reader, which reports its problems to `onProblem`; `presentNow` is asked when all has been read. */
export async function explainBatches(
  read: (onProblem: OnProblem) => AsyncIterable<ReadPart>,
  options: ExplainOptions,
  progress?: ReadingProgress,
  presentNow: () => Promise<Present> = async () => ({}),
): Promise<Explanation> {
  const explainer = createPartsExplainer(options);
  const problems: Problem[] = [];
  for await (const part of read((problem) => problems.push(problem))) {
    explainer.take(part);
    progress?.read("idEnds" in part ? part.count : "gaps" in part ? 0 : part.length);
  }
  progress?.explaining();
  return explainer.finish(problems, await presentNow());
}
