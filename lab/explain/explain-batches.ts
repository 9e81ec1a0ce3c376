import { createExplainer, type ExplainOptions } from "../../explain/explain.ts";
import type { Explanation } from "../../explain/explanation.ts";
import type { OnProblem } from "../../explain/problem-log.ts";
import type { Problem, Span } from "../../explain/span.ts";
import type { ReadingProgress } from "./reading-progress.ts";

/** Explains the spans of a reader, which reports its problems to `onProblem`. */
export async function explainBatches(
  read: (onProblem: OnProblem) => AsyncIterable<readonly Span[]>,
  options: ExplainOptions,
  progress?: ReadingProgress,
): Promise<Explanation> {
  const explainer = createExplainer(options);
  const problems: Problem[] = [];
  for await (const spans of read((problem) => problems.push(problem))) {
    for (const span of spans) explainer.add(span);
    progress?.read(spans.length);
  }
  progress?.explaining();
  return explainer.finish(problems);
}
