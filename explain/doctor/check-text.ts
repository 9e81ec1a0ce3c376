import { escapeControls } from "../../core/escape.ts";
import { counted, listed } from "../../core/format.ts";
import type { Explanation } from "../explanation.ts";
import type { Lack } from "../service-finding.ts";
import { type Paint, paintWith, wrap, wrapItem } from "../text/layout.ts";
import { noteLines } from "../text/paragraphs.ts";
import { type Diagnosis, diagnose, type Need, type Patients, type Unconsumed } from "./diagnosis.ts";
import type { Advice } from "./mend.ts";
import { languageName, libraryName } from "./names.ts";

type LackText = {
  /** What the count is of; default: messages. */
  readonly of?: "span";
  readonly text: (count: string, need: Need) => string;
};

const lackTexts: Readonly<Record<Lack, LackText>> = {
  handling: {
    of: "span",
    text: (count) =>
      `It is unknown how long handling took, and so who waited for whom: nothing but the fetching of messages is in ${count}.`,
  },
  "processing time": {
    text: (count) =>
      `Handling goes on after its span has ended (${count}), so it is unknown how long it took and who waited for it.`,
  },
  partition: {
    text: (count) =>
      `The partition is missing in ${count}: it is unknown which message was ahead, only that the consumer was busy.`,
  },
  offset: {
    text: (count) =>
      `The offset is missing in ${count}: the order in the partition is taken from the times, and messages that are delivered again are not recognised.`,
  },
  cluster: {
    text: (count) =>
      `Other messages have the same partition and offset as ${count}: nothing about their order is proven.`,
  },
  "consumer group": {
    text: (count) => `The consumer group is missing in ${count}: the service's name stands for it.`,
  },
  "consumer instance": {
    text: (count) =>
      `The consumer instance is missing in ${count}: replicas cannot be distinguished, so blame is likely at best.`,
  },
  "time of arrival": {
    text: (count) =>
      `There is neither a producer's span nor a record's timestamp for ${count}: it is unknown how long they waited.`,
  },
  topic: {
    of: "span",
    text: (count) => `The topic is missing in ${count}, so nothing is known about their messages.`,
  },
  operation: {
    of: "span",
    text: (count, { example }) =>
      `The operation${example === undefined ? "" : `, such as ${escapeControls(example)},`} is not known in ${count}, so they are left out.`,
  },
};

const maxNames = 4;
const maxPatients = 12;
/** Longer mends are not part of a refusal. */
const fewLines = 3;

export type CheckTextOptions = {
  /** Columns; at least 40. */
  readonly width: number;
  readonly hasColour: boolean;
};

/**
 * What the spans of each service lack, what follows from it, and the mend. Text is wrapped; code and commands are not, and begin
 * at the margin, so that they can be copied.
 */
export function checkLines(explanation: Explanation, options: CheckTextOptions): string[] {
  const width = Math.max(40, options.width);
  const paint = paintWith(options.hasColour);
  const diagnosis = diagnose(explanation);
  const { patients, complete, unconsumed } = diagnosis;
  const left = patients.length - maxPatients;
  return [
    wrap(verdictText(explanation, diagnosis), width),
    ...patients.slice(0, maxPatients).map((one, n) => patientLines(one, patients.slice(0, n), width, paint)),
    left > 0
      ? wrap(`${counted(left, "more group")} of services: see services in the JSON (--json).`, width)
      : [],
    ...unconsumed.map((one) => unconsumedLines(one, width, paint)),
    complete.length > 0 && patients.length > 0
      ? wrap(`Nothing is lacking in ${names(complete)}.`, width)
      : [],
    // What is missing is said above.
    noteLines({ ...explanation, missing: [] }, width, paint),
  ]
    .filter((lines) => lines.length > 0)
    .flatMap((lines, n) => (n > 0 ? ["", ...lines] : lines));
}

function verdictText({ window, services }: Explanation, { isExplainable, patients }: Diagnosis): string {
  const read = `Read ${counted(window.spans, "span")} in ${counted(window.traces, "trace")}`;
  if (services.length === 0) {
    return `${read}, and none is one of a message. explain needs spans of kind PRODUCER and CONSUMER that name a topic (messaging.destination.name).`;
  }
  if (patients.length === 0) {
    return isExplainable
      ? `${read}: they can be explained, and nothing is lacking.`
      : `${read}: they cannot be explained, because none shows a message being consumed.`;
  }
  return isExplainable
    ? `${read}: they can be explained, but something is lacking.`
    : `${read}: they cannot be explained until what is lacking is added.`;
}

/** `before` are the services above; what their mends have printed is not printed again. */
function patientLines(
  patients: Patients,
  before: readonly Patients[],
  width: number,
  paint: Paint,
): string[] {
  return [
    ...wrap(titleOf(patients), width).map((line) => paint("bold", line)),
    ...patients.needs.flatMap((need, n) => {
      const printed = before.find(({ needs }) => needs.some(({ advice }) => advice === need.advice));
      return [
        ...(n > 0 ? [""] : []),
        ...wrap(needText(need), width, "  "),
        ...(printed
          ? wrap(`What to do: the same as for ${names(printed.services)}.`, width, "  ")
          : need.advice
            ? adviceLines(need.advice, width)
            : []),
      ];
    }),
  ];
}

/** `billing and mailer (Python, kafka-python)` */
function titleOf({ services, language, scopes }: Patients): string {
  const parts = [
    ...(language === undefined ? [] : [languageName(language)]),
    ...scopes.map((scope) => libraryName(scope)),
  ];
  return `${names(services)}${parts.length > 0 ? ` (${escapeControls(parts.join(", "))})` : ""}`;
}

function needText(need: Need): string {
  const { of = "message", text } = lackTexts[need.what];
  const count =
    need.spans === need.of ? `all ${counted(need.of, of)}` : `${need.spans} of ${counted(need.of, of)}`;
  return text(need.of === 1 ? `the only ${of}` : count, need);
}

function adviceLines(advice: Advice, width: number): string[] {
  const { where, lines, shell, brings } = advice;
  return [
    ...wrap(`What to do${sizeOf(advice)}: ${where}`, width, "  "),
    ...(lines.length > 0 ? ["", ...lines, ""] : []),
    ...(shell === undefined
      ? []
      : [...wrap("In the shell that starts each replica:", width, "  "), "", shell, ""]),
    ...wrap(`Then: ${brings}`, width, "  "),
  ];
}

/** How much there is to add. */
function sizeOf({ kind, lines }: Advice): string {
  if (lines.length === 0) return "";
  if (kind === "code") return ` (${counted(lines.length, "line")})`;
  return kind === "setting" ? " (a setting)" : "";
}

function unconsumedLines({ topics, senders, advice }: Unconsumed, width: number, paint: Paint): string[] {
  const title = `Topic${topics.length === 1 ? "" : "s"} ${names(topics)}, sent by ${names(senders)}`;
  return [
    ...wrap(title, width).map((line) => paint("bold", line)),
    ...wrap("No span shows who consumes it.", width, "  "),
    ...(advice ? adviceLines(advice, width) : []),
  ];
}

/** At the end of a refusal: what to add to which services. Longer mends are only named. */
export function shortCheckLines(explanation: Explanation, width: number): string[] {
  const { patients, unconsumed } = diagnose(explanation);
  const lines = [
    ...patients
      .slice(0, maxNames)
      .flatMap((one) =>
        one.needs.flatMap(({ what, advice }) =>
          advice ? shortLines(`${titleOf(one)}, ${shortNames[what] ?? what}: `, advice, width) : [],
        ),
      ),
    ...unconsumed
      .slice(0, patients.length > 0 ? 0 : maxNames)
      .flatMap(({ topics, advice }) =>
        advice ? shortLines(`Consumers of ${names(topics)}: `, advice, width) : [],
      ),
  ];
  return lines.length > 0
    ? ["What to add", ...lines, ...wrap("The same command with --check shows it in full.", width)]
    : [];
}

const shortNames: Partial<Record<Lack, string>> = { handling: "a span of the handling" };

function shortLines(title: string, { kind, lines, where }: Advice, width: number): string[] {
  if (lines.length > fewLines) {
    return wrapItem(`- ${title}${kind === "code" ? `${lines.length} lines of code` : where}.`, width);
  }
  return [...wrapItem(`- ${title}${where}`, width), ...lines];
}

/** The first few names. */
function names(all: readonly string[]): string {
  const shown = all.slice(0, maxNames).map((name) => escapeControls(name || "unnamed"));
  const left = all.length - shown.length;
  return listed(left > 0 ? [...shown, `${left} more`] : shown);
}
