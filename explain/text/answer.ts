import { escapeControls } from "../../core/escape.ts";
import { capital, counted, duration, listed } from "../../core/format.ts";
import type { Explanation, OpenFinding, ProblemFinding } from "../explanation.ts";
import { maxOf } from "../extremes.ts";
import { problemText } from "../problem-texts.ts";
import { type Paint, wrap, wrapItem } from "./layout.ts";
import { stageNames } from "./names.ts";

/** The answer fits a screen at 80 columns. */
const maxLines = 15;
const maxOthers = 3;

const certainties: Readonly<Record<ProblemFinding["certainty"], string>> = {
  proven: "Proven by the spans.",
  partly: "Partly proven, partly likely.",
  likely: "Likely, not proven.",
};

/**
 * What held up whom, since when, how sure that is and what to do, for the costliest problem; the others in a line each. At most
 * 15 lines at 80 columns: what would help is cut first.
 */
export function answerLines(explanation: Explanation, width: number, paint: Paint): string[] {
  const { problems } = explanation;
  const [first, ...others] = problems;
  const before = [...windowLines(explanation, width), ""];
  const after = [
    ...waitingLines(explanation, width),
    ...otherLines(explanation, others, width),
    ...untimedLines(explanation, width),
    ...lackLine(explanation, width),
  ];
  if (!first) {
    // What waits now is news; that nothing else is wrong is not.
    const waiting = waitingLines(explanation, width);
    const none = wrap(noProblemText(explanation), width);
    return [...before, ...(waiting.length > 0 ? waiting : none), ...after.slice(waiting.length)];
  }
  const head = headLines(explanation, first, width, paint);
  const room = maxLines - before.length - head.length - after.length;
  return [...before, ...head, ...helpLines(first, width, room), ...after];
}

/** That nothing is wrong is said only of what the spans show. */
function noProblemText({ stages, open }: Explanation): string {
  const timed = stages.filter(({ runNs }) => runNs !== undefined);
  if (stages.length === 0 && open.messages.length > 0) return "No message has been handled to its end yet.";
  if (timed.length === 0) return "Whether something is wrong cannot be said.";
  if (timed.length < stages.length)
    return "No problem stands out in the stages whose spans show the handling.";
  return open.messages.length > 0
    ? "No problem stands out among the messages that were handled."
    : "No problem stands out.";
}

export function windowLines({ window, origin }: Explanation, width: number): string[] {
  const { fromAtNs, toAtNs, orders, underWay, deliveries } = window;
  if (orders === 0) return wrap(unhandledText(window), width);
  const from = new Date(Date.parse(origin) + Math.floor(fromAtNs / 1e6)).toISOString();
  const open = underWay > 0 ? ` (${underWay} still under way)` : "";
  return wrap(
    `${counted(orders, "order")}${open} in ${duration(toAtNs - fromAtNs)} from ${from}, ${counted(deliveries, "message")} handled. Read ${readText(window)}.`,
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

/** `Head-of-line blocking in processing: 42.3 s of waiting since 07:56:53Z` and why. */
export function headLines(
  explanation: Explanation,
  problem: ProblemFinding,
  width: number,
  paint: Paint,
): string[] {
  const name = stageNames(explanation.stages)(problem);
  const title = `${problemText(problem.class).title} in ${name}: ${duration(problem.ns)} ${problem.class === "starved-workers" ? "of work" : "of waiting"}${sinceText(explanation, problem)}`;
  return [
    ...wrap(title, width).map((line) => paint(["bold", "red"], line)),
    ...wrap(escapeControls([problem.why, certaintyText(problem)].join(" ").trim()), width, "  "),
  ];
}

/** Of waiting without a cause nothing is claimed. */
function certaintyText({ class: kind, certainty }: ProblemFinding): string {
  return kind === "unexplained" ? "" : certainties[certainty];
}

function sinceText({ origin }: Explanation, { fromAtNs }: ProblemFinding): string {
  if (fromAtNs === undefined) return "";
  const since = new Date(Date.parse(origin) + Math.floor(fromAtNs / 1e6)).toISOString();
  return ` since ${since.slice(11, 19)}Z`;
}

/** As many sentences of what helps as there is room for, at least one. */
export function helpLines({ help }: ProblemFinding, width: number, room: number): string[] {
  const sentences = help.match(/.+?\.(?= |$)/gu) ?? [help];
  for (let count = sentences.length; count > 1; count -= 1) {
    const lines = wrap(
      `What helps: ${escapeControls(sentences.slice(0, count).join("").trim())}`,
      width,
      "  ",
    );
    if (lines.length <= room) return lines;
  }
  return wrap(`What helps: ${escapeControls(sentences[0] ?? help)}`, width, "  ");
}

/** What waits or runs now, by stage. */
function waitingLines({ open, stages }: Explanation, width: number): string[] {
  const names = stageNames([...stages, ...open.messages]);
  const now = open.messages.filter(({ endedAtNs }) => endedAtNs === undefined);
  const byStage = Map.groupBy(now, ({ stage, topic }) => JSON.stringify([stage, topic]));
  return [...byStage.values()].flatMap((ofStage) => {
    const [first] = ofStage;
    return first ? wrapItem(escapeControls(waitingText(ofStage, names(first), open.atNs)), width) : [];
  });
}

function waitingText(messages: readonly OpenFinding[], stage: string, nowNs: number): string {
  const running = messages.filter(({ startedAtNs }) => startedAtNs !== undefined);
  const waiting = messages.filter(({ startedAtNs }) => startedAtNs === undefined);
  const runs = inShort(running, (one) => runningText(one, nowNs));
  if (waiting.length === 0) return `Now in ${stage}: ${runs}.`;
  const isOne = waiting.length === 1;
  const behind = [...new Set(waiting.flatMap((one) => one.behind?.order ?? []))];
  const known = waiting.filter((one) => one.behind !== undefined).length;
  const some = known < waiting.length ? `${known} of them ` : "";
  const who =
    known > 0
      ? `${some}behind ${inShort(behind, (order) => order)}`
      : running.length > 0
        ? `it is not shown what ${isOne ? "it waits" : "they wait"} for`
        : `nothing shows what ${isOne ? "it waits" : "they wait"} for: the consumer may have stopped`;
  const longest = duration(maxOf(waiting.map(({ waitNs }) => waitNs)));
  const waited = isOne
    ? `1 message has waited ${longest}`
    : `${waiting.length} messages have waited up to ${longest}`;
  return `Now in ${stage}: ${waited} so far, ${who}${running.length > 0 ? `; ${runs}` : ""}.`;
}

function runningText({ order, startedAtNs, isReported, operation }: OpenFinding, nowNs: number): string {
  const work = operation === undefined ? "" : ` \`${operation}\``;
  const sure = isReported ? "" : " (likely)";
  return `${order} has been running${work} for ${duration(nowNs - (startedAtNs ?? nowNs))}${sure}`;
}

/** The first ones, and how many more there are. */
function inShort<T>(items: readonly T[], textOf: (item: T) => string): string {
  const more = items.length - maxOthers;
  return listed([...items.slice(0, maxOthers).map(textOf), ...(more > 0 ? [`${more} more`] : [])]);
}

/** The other problems, a line each. */
function otherLines(explanation: Explanation, others: readonly ProblemFinding[], width: number): string[] {
  if (others.length === 0) return [];
  const names = stageNames(explanation.stages);
  const shown = others
    .slice(0, maxOthers)
    .map((one) => `${problemText(one.class).title.toLowerCase()} in ${names(one)} (${duration(one.ns)})`);
  const left = others.length - shown.length;
  return wrapItem(
    `Also: ${listed(left > 0 ? [...shown, `${left} more`] : shown)}. --all explains ${others.length === 1 ? "it" : "them"}.`,
    width,
  );
}

/** Stages of which the spans do not say how long handling took: nothing can be said about them. */
function untimedLines({ missing, stages }: Explanation, width: number): string[] {
  const names = stageNames(stages);
  const untimed = missing.filter(({ what }) => what === "processing time");
  if (untimed.length === 0) return [];
  const where = [...new Set(untimed.map((one) => names(one)))];
  return wrapItem(
    escapeControls(
      `How long handling took in ${listed(where.slice(0, maxOthers))} is not in the spans, so who waited for whom there is unknown; --check shows what to add.`,
    ),
    width,
  );
}

function lackLine({ missing, input }: Explanation, width: number): string[] {
  const lacks = [...new Set(missing.map(({ what }) => what))].filter((what) => what !== "processing time");
  const parts = [
    lacks.length > 0
      ? `The spans lack ${listed(lacks.map((what) => what.replace("time of arrival", "when messages arrived")))}`
      : "",
    input.length > 0 ? "some of the input could not be used" : "",
  ].filter((part) => part !== "");
  return parts.length > 0 ? wrapItem(`${capital(listed(parts))}: --all and --check say more.`, width) : [];
}
