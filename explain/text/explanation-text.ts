import { escapeControls } from "../../core/escape.ts";
import { capital, counted, duration } from "../../core/format.ts";
import type { BlockerFinding, Explanation } from "../explanation.ts";
import { laneLines } from "./lane-drawing.ts";
import { longest, type Paint, paintWith, wrap } from "./layout.ts";
import { cpuOf, memoryOf, stageNames, workOf } from "./names.ts";
import { noteLines, orderLines, problemInShort, problemLines } from "./paragraphs.ts";
import { segmentLines } from "./segments.ts";
import { blockerLines, stageLines } from "./tables.ts";

export type TextOptions = {
  /** Columns; at least 40. */
  readonly width: number;
  readonly hasColour: boolean;
  /** Lists the waits of each order segment by segment, instead of the sections about all orders. */
  readonly inFull?: boolean;
};

const maxInFull = 5;

/** An explanation as text, in lines of at most `width` columns. */
export function explanationLines(explanation: Explanation, options: TextOptions): string[] {
  const { hasColour, inFull = false } = options;
  const width = Math.max(40, options.width);
  const paint = paintWith(hasColour);
  const sections = [
    windowLines(explanation, width),
    ...(inFull
      ? inFullLines(explanation, width, paint)
      : [
          problemLines(explanation, width, paint),
          laneLines(explanation, width, paint),
          blockerLines(explanation, width, paint),
          stageLines(explanation, width, paint),
          orderLines(explanation, width, paint),
        ]),
    noteLines(explanation, width, paint),
  ];
  return sections.filter((lines) => lines.length > 0).flatMap((lines, n) => (n > 0 ? ["", ...lines] : lines));
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

function windowLines({ window, origin }: Explanation, width: number): string[] {
  const { fromAtNs, toAtNs, orders, deliveries } = window;
  if (deliveries === 0) return wrap(unhandledText(window), width);
  const from = new Date(Date.parse(origin) + Math.floor(fromAtNs / 1e6)).toISOString();
  return wrap(
    `${counted(orders, "order")} in ${duration(toAtNs - fromAtNs)} from ${from}, ${counted(deliveries, "message")} handled. Read ${readText(window)}.`,
    width,
  );
}

/** Which spans are needed, when none shows a message being handled. */
export function unhandledText(window: Explanation["window"]): string {
  return `${readText(window)}, and none shows how a message was handled. explain needs spans of kind CONSUMER that name a topic (messaging.destination.name) and last as long as the handling.`;
}

function readText({ spans, traces }: Explanation["window"]): string {
  return `${counted(spans, "span")} in ${counted(traces, "trace")}`;
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
    ...wrap(problem ? problemInShort(problem, names(problem)) : "No order held up others for long.", width),
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
