import { escapeControls } from "../../core/escape.ts";
import { counted, duration, listed } from "../../core/format.ts";
import type { Explanation, MissingFinding } from "../explanation.ts";
import { type Paint, wrap, wrapItem } from "./layout.ts";
import { stageNames } from "./names.ts";

/** What happened to each order, or to the `most` slowest. */
export function orderLines(
  { orders }: Pick<Explanation, "orders">,
  width: number,
  paint: Paint,
  most = orders.length,
): string[] {
  if (orders.length === 0) return [];
  // When all fit, they keep their order.
  const shown =
    most < orders.length ? orders.toSorted((a, b) => b.totalNs - a.totalNs).slice(0, most) : orders;
  const title =
    shown.length < orders.length
      ? `The ${shown.length} slowest of ${orders.length} orders; --orders lists all`
      : `What happened to ${orders.length === 1 ? "the order" : "each order"}`;
  return [
    ...wrap(title, width).map((line) => paint("bold", line)),
    ...shown.flatMap(({ sentence }) => wrapItem(escapeControls(sentence), width)),
  ];
}

/** Per title. */
const maxNotes = 8;
const maxPlaces = 3;

/** What is missing in the spans, clocks that disagree, and input that is unusable or incomplete. */
export function noteLines(explanation: Explanation, width: number, paint: Paint): string[] {
  const names = stageNames(explanation.stages);
  const sections: readonly (readonly [string, readonly string[]])[] = [
    ["What the spans do not show", missingNotes(explanation.missing, names)],
    [
      "Clocks that disagree",
      explanation.skews.map(
        ({ producer, consumer, atLeastNs, deliveries }) =>
          `The clock of ${consumer} is at least ${duration(atLeastNs)} behind that of ${producer} (${counted(deliveries, "message")}). Times were not corrected, so waits between the two are too short by as much.`,
      ),
    ],
    ["Input that could not be used", explanation.input.map(countedProblem)],
    ["Incomplete input", explanation.gaps.map(countedProblem)],
  ];
  return sections
    .filter(([, notes]) => notes.length > 0)
    .flatMap(([title, notes], n) => [
      ...(n > 0 ? [""] : []),
      paint("bold", title),
      ...notes.slice(0, maxNotes).flatMap((note) => wrapItem(escapeControls(note), width)),
      ...moreNotes(notes.length - maxNotes),
    ]);
}

function moreNotes(more: number): string[] {
  return more > 0 ? [`${more} more ${more === 1 ? "is" : "are"} in the JSON (--json).`] : [];
}

/** One note for all stages that lack the same thing. */
function missingNotes(
  missing: readonly MissingFinding[],
  names: (stage: MissingFinding) => string,
): string[] {
  const byGap = Map.groupBy(missing, ({ what, consequence }) => JSON.stringify([what, consequence]));
  return [...byGap.values()].flatMap((ofGap) => {
    const [first] = ofGap;
    if (!first) return [];
    const shown = ofGap.slice(0, maxPlaces).map((one) => `${names(one)} (topic ${one.topic})`);
    const more = ofGap.length - shown.length;
    const where = listed(more > 0 ? [...shown, `${more} more`] : shown);
    const spans = ofGap.reduce((sum, one) => sum + one.spans, 0);
    const of = ofGap.reduce((sum, one) => sum + one.of, 0);
    return `${where}: no ${first.what} in ${spans} of ${of}. ${first.consequence}`;
  });
}

function countedProblem({ what, where, count }: Explanation["input"][number]): string {
  return `${count} × ${what} First: ${where}.`;
}
