import { counted, duration, listed } from "../../core/words.ts";
import type { Explanation, MissingFinding } from "../explanation.ts";
import { harmless } from "./harmless.ts";
import { wrapItem } from "./layout.ts";
import { stageNames } from "./names.ts";
import type { Paint } from "./paint.ts";

/** Under each title. */
const mostNotes = 8;
const mostPlaces = 3;

/** What the spans lack, clocks that disagree, and what of the input could not be used or is incomplete. */
export function noteLines(explanation: Explanation, width: number, paint: Paint): string[] {
  const names = stageNames(explanation.stages);
  const sections: readonly (readonly [string, readonly string[]])[] = [
    ["What the spans do not tell", missingNotes(explanation.missing, names)],
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
      ...notes.slice(0, mostNotes).flatMap((note) => wrapItem(harmless(note), width)),
      ...(notes.length > mostNotes ? [`And ${notes.length - mostNotes} more, which the JSON lists.`] : []),
    ]);
}

/** What several stages lack alike is one note. */
function missingNotes(
  missing: readonly MissingFinding[],
  names: (stage: MissingFinding) => string,
): string[] {
  const alike = Map.groupBy(missing, ({ what, consequence }) => JSON.stringify([what, consequence]));
  return [...alike.values()].flatMap((lacks) => {
    const [first] = lacks;
    if (!first) return [];
    const shown = lacks.slice(0, mostPlaces).map((one) => `${names(one)} (topic ${one.topic})`);
    const more = lacks.length - shown.length;
    const where = listed(more > 0 ? [...shown, `${more} more`] : shown);
    const spans = lacks.reduce((sum, one) => sum + one.spans, 0);
    const of = lacks.reduce((sum, one) => sum + one.of, 0);
    return `${where}: no ${first.what} in ${spans} of ${of}. ${first.consequence}`;
  });
}

function countedProblem({ what, where, count }: Explanation["input"][number]): string {
  return `${count} × ${what} First: ${where}.`;
}
