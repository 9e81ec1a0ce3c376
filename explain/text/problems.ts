import { capital, counted, duration } from "../../core/words.ts";
import type { Explanation, ProblemFinding } from "../explanation.ts";
import { harmless } from "./harmless.ts";
import { wrap } from "./layout.ts";
import { stageNames } from "./names.ts";
import type { Paint } from "./paint.ts";

const mostShown = 5;

/** What is wrong, why, and what would help; of many problems, the costliest. */
export function problemLines(explanation: Explanation, width: number, paint: Paint): string[] {
  const { problems, stages } = explanation;
  const names = stageNames(stages);
  if (problems.length === 0) return stages.length === 0 ? [] : ["No problem stands out."];
  const left = problems.length - mostShown;
  const lines = problems
    .slice(0, mostShown)
    .flatMap((problem, n) => [
      ...(n > 0 ? [""] : []),
      ...wrap(`${capital(problem.class)} in ${names(problem)}: ${duration(problem.ns)}`, width).map((line) =>
        paint(["bold", "red"], line),
      ),
      ...wrap(harmless(problem.why), width, "  "),
      ...wrap(`What helps: ${harmless(problem.help)}`, width, "  "),
    ]);
  return left > 0 ? [...lines, "", `${counted(left, "more problem")}, none of which cost more.`] : lines;
}

/** The same in one paragraph. */
export function problemInShort({ class: kind, why, help }: ProblemFinding, stage: string): string {
  return `${capital(kind)} in ${stage}. ${harmless(why)} ${harmless(firstSentence(help))}`;
}

function firstSentence(text: string): string {
  return /^.*?\.(?= |$)/u.exec(text)?.[0] ?? text;
}
