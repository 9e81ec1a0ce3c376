import type { Explanation } from "../explanation.ts";
import { counted, duration } from "../verdicts/words.ts";
import { harmless } from "./harmless.ts";
import { wrapItem } from "./layout.ts";
import { stageNames } from "./names.ts";
import type { Paint } from "./paint.ts";

/** What the spans lack, clocks that disagree, and what of the input could not be used or is incomplete. */
export function noteLines(explanation: Explanation, width: number, paint: Paint): string[] {
  const names = stageNames(explanation.stages);
  const sections: readonly (readonly [string, readonly string[]])[] = [
    [
      "What the spans do not tell",
      explanation.missing.map(
        (one) =>
          `${names(one)}, topic ${one.topic}: no ${one.what} in ${one.spans} of ${one.of}. ${one.consequence}`,
      ),
    ],
    [
      "Clocks that disagree",
      explanation.skews.map(
        ({ producer, consumer, atLeastNs, deliveries }) =>
          `${consumer}'s is at least ${duration(atLeastNs)} behind ${producer}'s (${counted(deliveries, "message")}). Nothing was shifted, so waits between the two are too short by as much.`,
      ),
    ],
    ["What of the input could not be used", explanation.input.map(countedProblem)],
    ["What is incomplete in the input", explanation.gaps.map(countedProblem)],
  ];
  return sections
    .filter(([, notes]) => notes.length > 0)
    .flatMap(([title, notes], n) => [
      ...(n > 0 ? [""] : []),
      paint("bold", title),
      ...notes.flatMap((note) => wrapItem(harmless(note), width)),
    ]);
}

function countedProblem({ what, where, count }: Explanation["input"][number]): string {
  return `${count} × ${what} First: ${where}.`;
}
