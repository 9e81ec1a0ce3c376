import { counted, duration } from "../../core/words.ts";
import type { Explanation } from "../explanation.ts";
import { blockerLines } from "./blockers.ts";
import { laneLines } from "./lanes.ts";
import { wrap } from "./layout.ts";
import { longest } from "./longest.ts";
import { noteLines } from "./notes.ts";
import { orderLines } from "./orders.ts";
import { type Paint, paintWith } from "./paint.ts";
import { problemLines } from "./problems.ts";
import { segmentLines } from "./segments.ts";
import { stageLines } from "./stages.ts";

export type TextOptions = {
  /** Columns; at least 40. */
  readonly width: number;
  readonly hasColour: boolean;
  /** Lists the waits of every order segment by segment, in place of what concerns all orders. */
  readonly inFull?: boolean;
};

const mostInFull = 5;

/** An explanation for people, as lines of at most `width` columns. */
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

/** A section for each order; of many that share a trace, for the slowest. */
function inFullLines(explanation: Explanation, width: number, paint: Paint): string[][] {
  const { shown, left } = longest(explanation.orders, mostInFull, ({ totalNs }) => totalNs);
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
    `${counted(orders, "order")} from ${from} on, within ${duration(toAtNs - fromAtNs)}: ${counted(deliveries, "message")} handled. Read: ${readText(window)}.`,
    width,
  );
}

/** What spans are needed, where none tells of a message. */
export function unhandledText(window: Explanation["window"]): string {
  return `${readText(window)}, and none tells how a message was handled. Needed are spans of kind CONSUMER that name a topic (messaging.destination.name) and last as long as the handling.`;
}

function readText({ spans, traces }: Explanation["window"]): string {
  return `${counted(spans, "span")} in ${counted(traces, "trace")}`;
}
