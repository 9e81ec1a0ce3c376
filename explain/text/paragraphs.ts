import { escapeControls } from "../../core/escape.ts";
import { capital, counted, duration, listed } from "../../core/format.ts";
import type { Explanation, MissingFinding, OrderFinding, ProblemFinding } from "../explanation.ts";
import { type Paint, wrap, wrapItem } from "./layout.ts";
import { stageNames } from "./names.ts";

const maxProblems = 5;

/** What is wrong, why, and what would help, for at most the costliest five problems. */
export function problemLines(explanation: Explanation, width: number, paint: Paint): string[] {
  const { problems, stages } = explanation;
  const names = stageNames(stages);
  if (problems.length === 0) return stages.length === 0 ? [] : ["No problem stands out."];
  const left = problems.length - maxProblems;
  const lines = problems
    .slice(0, maxProblems)
    .flatMap((problem, n) => [
      ...(n > 0 ? [""] : []),
      ...wrap(`${capital(problem.class)} in ${names(problem)}: ${duration(problem.ns)}`, width).map((line) =>
        paint(["bold", "red"], line),
      ),
      ...wrap(escapeControls(problem.why), width, "  "),
      ...wrap(`What helps: ${escapeControls(problem.help)}`, width, "  "),
    ]);
  if (left <= 0) return lines;
  return [...lines, "", `${counted(left, "smaller problem")} ${left === 1 ? "is" : "are"} not listed.`];
}

/** A problem in one paragraph. */
export function problemInShort({ class: kind, why, help }: ProblemFinding, stage: string): string {
  return `${capital(kind)} in ${stage}. ${escapeControls(why)} ${escapeControls(firstSentence(help))}`;
}

function firstSentence(text: string): string {
  return /^.*?\.(?= |$)/u.exec(text)?.[0] ?? text;
}

/** Above this many orders, only the slowest are listed. */
const maxOrders = 12;
const slowestShown = 10;

/** What happened to each order, or to the slowest ones. */
export function orderLines({ orders }: Explanation, width: number, paint: Paint): string[] {
  if (orders.length === 0) return [];
  const shown = slowest(orders, orders.length > maxOrders ? slowestShown : orders.length);
  const title =
    shown.length < orders.length
      ? `The ${shown.length} slowest of ${orders.length} orders`
      : `What happened to ${orders.length === 1 ? "the order" : "each order"}`;
  return [
    ...wrap(title, width).map((line) => paint("bold", line)),
    ...shown.flatMap(({ sentence }) => wrapItem(escapeControls(sentence), width)),
  ];
}

/** The slowest orders first; when all fit, they keep their order. */
function slowest(orders: readonly OrderFinding[], most: number): readonly OrderFinding[] {
  if (most >= orders.length) return orders;
  return orders.toSorted((a, b) => b.totalNs - a.totalNs).slice(0, most);
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
      ...(notes.length > maxNotes ? [`${notes.length - maxNotes} more are in the JSON (--json).`] : []),
    ]);
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
