import { escapeControls } from "../../core/escape.ts";
import { capital, counted, duration } from "../../core/format.ts";
import type { BlockerFinding, Explanation } from "../explanation.ts";
import { answerLines, headLines, helpLines, windowLines } from "./answer.ts";
import { laneLines } from "./lane-drawing.ts";
import { longest, type Paint, paintWith, wrap } from "./layout.ts";
import { cpuOf, memoryOf, stageNames, workOf } from "./names.ts";
import { noteLines, orderLines } from "./paragraphs.ts";
import { segmentLines } from "./segments.ts";
import { blockerLines, stageLines } from "./tables.ts";

export type TextOptions = {
  /** Columns; at least 40. */
  readonly width: number;
  readonly hasColour: boolean;
  /**
   * How much to print: the answer and the lanes; what happened to each order as well; everything; or the waits of each order
   * segment by segment.
   */
  readonly detail?: "answer" | "orders" | "all" | "segments";
};

const maxInFull = 5;
/** Up to this many orders, what happened to them is part of the answer. */
const fewOrders = 3;
/** Among all else, only the slowest orders are listed. */
const mostSlowest = 10;
const mostProblems = 10;

/** An explanation as text, in lines of at most `width` columns. */
export function explanationLines(explanation: Explanation, options: TextOptions): string[] {
  const { hasColour, detail = "answer" } = options;
  const width = Math.max(40, options.width);
  const paint = paintWith(hasColour);
  const hasOrders = detail !== "answer" || explanation.window.orders <= fewOrders;
  const sections =
    detail === "segments"
      ? [
          windowLines(explanation, width),
          ...inFullLines(explanation, width, paint),
          noteLines(explanation, width, paint),
        ]
      : [
          answerLines(explanation, width, paint),
          ...(detail === "all" ? problemSections(explanation, width, paint) : []),
          laneLines(explanation, width, paint),
          ...(detail === "all"
            ? [blockerLines(explanation, width, paint), stageLines(explanation, width, paint)]
            : []),
          hasOrders ? orderLines(explanation, width, paint, detail === "all" ? mostSlowest : undefined) : [],
          detail === "all" ? noteLines(explanation, width, paint) : [],
        ];
  return sections.filter((lines) => lines.length > 0).flatMap((lines, n) => (n > 0 ? ["", ...lines] : lines));
}

/** All problems but the first, which the answer explains. */
function problemSections(explanation: Explanation, width: number, paint: Paint): string[][] {
  const [, ...others] = explanation.problems;
  const left = others.length - mostProblems;
  return [
    ...others
      .slice(0, mostProblems)
      .map((problem) => [
        ...headLines(explanation, problem, width, paint),
        ...helpLines(problem, width, Number.POSITIVE_INFINITY),
      ]),
    left > 0 ? [`${counted(left, "smaller problem")} ${left === 1 ? "is" : "are"} not listed.`] : [],
  ];
}

/** A section for each order, or for the slowest ones when many share a trace. */
function inFullLines(explanation: Explanation, width: number, paint: Paint): string[][] {
  const { shown, left } = longest(explanation.orders, maxInFull, ({ totalNs }) => totalNs);
  return [
    ...shown.map((order) => [
      ...orderLines({ ...explanation, orders: [order] }, width, paint),
      "",
      ...segmentLines(order, width, paint),
    ]),
    left.length > 0 ? [`${counted(left.length, "more order")} took less time.`] : [],
  ];
}

/** An explanation in short: the lanes, the costliest problem and the worst blocker. */
export function shortLines(explanation: Explanation, options: TextOptions): string[] {
  const width = Math.max(40, options.width);
  const names = stageNames(explanation.stages);
  const [problem] = explanation.problems;
  const [blocker] = explanation.blockers;
  return [
    ...laneLines(explanation, width, paintWith(options.hasColour)),
    "",
    ...(problem
      ? [
          ...headLines(explanation, problem, width, paintWith(options.hasColour)),
          ...helpLines(problem, width, 0),
        ]
      : wrap("No order held up others for long.", width)),
    ...(problem && blocker ? wrap(blockerInShort(blocker, names(blocker)), width) : []),
  ];
}

function blockerInShort(blocker: BlockerFinding, stage: string): string {
  const { order, runNs, cost } = blocker;
  const work = workOf(blocker);
  const cpu = cpuOf(blocker);
  const used = [cpu && `${cpu} of a core`, memoryOf(blocker)].filter((part) => part !== "").join(" and ");
  return `${capital(escapeControls(order))} cost the others most: it ran ${duration(runNs)} in ${stage}${work ? `, mostly ${work}${used ? `, at ${used}` : ""}` : ""}, and ${counted(cost.messages, "message")} waited ${duration(cost.ns)} for it${cost.messages > 1 ? " in total" : ""}.`;
}
