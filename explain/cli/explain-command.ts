import type { Command } from "commander";
import { repeated } from "../../core/command-line.ts";
import { HoldupError } from "../../core/errors.ts";
import { hasColour, progressStream, type Terminal } from "../../core/terminal.ts";
import { checkLines, shortCheckLines } from "../doctor/check-text.ts";
import { isExplainable } from "../doctor/diagnosis.ts";
import type { Explanation } from "../explanation.ts";
import { explanationLines } from "../text/explanation-text.ts";
import { paintWith, wrap } from "../text/layout.ts";
import { noteLines } from "../text/paragraphs.ts";
import { failureOf, metrics } from "./condition.ts";
import { emptyText } from "./empty-explanation.ts";
import { type ExplainRequest, readExplainOptions } from "./explain-options.ts";
import { printJson } from "./print-json.ts";
import { createReadingProgress, type ReadingProgress } from "./reading-progress.ts";

/** A command that explains: `./holdup explain`, which has a lab, or `holdup-explain`, which has none. */
export type ExplainHost = {
  /** How it is called. */
  readonly name: string;
  readonly hasLab: boolean;
  readonly terminal: Terminal;
  /** Reads the spans of a request and explains them. */
  run(request: ExplainRequest, progress: ReadingProgress): Promise<Explanation>;
};

/** Gives a command the options, the help and the action of explain. */
export function defineExplain(command: Command, host: ExplainHost): void {
  const { name, hasLab, terminal } = host;
  command
    .description("show which order held up which, for how long and why")
    .option("--last <time>", "orders that started in the last 30s, 10m, 2h (default: 10m; with --file, all)")
    .option("--trace <id>", "one order, with the segments of its waits");
  if (hasLab) command.option("--burst <which>", "last: the orders of the last ./holdup burst or demo");
  command
    .option("--jaeger <url>", "read from Jaeger's query API at this URL")
    .option(
      "--file <path>",
      "read JSON of Jaeger, OTLP or Zipkin, also gzipped; - is standard input; may be repeated",
      repeated,
    )
    .option("--transport-ms <n>", "longest idle time that counts as polling and fetching, ms (default: 50)")
    .option(
      "--fail-on <condition>",
      "exit with status 1 when this condition holds; may be repeated",
      repeated,
    )
    .option("--orders", "also print what happened to each order")
    .option("--all", "print everything: all problems, blockers, stages, orders, what the spans lack")
    .option("--check", "print what the spans of each service lack, and what to add")
    .option("--json", "print the explanation as JSON (docs/explain.schema.json)")
    .addHelpText("after", helpText(host))
    .allowExcessArguments()
    .action(async (given: Readonly<Record<string, unknown>>, { args }: Command) => {
      if (args.length > 0)
        throw new HoldupError("HOLDUP_USAGE", `To explain a file: ${name} --file ${args[0]}`);
      const request = readExplainOptions(given);
      if (process.stdin.isTTY && request.source.kind === "files" && request.source.paths.includes("-")) {
        notice(terminal, "Reading spans from the terminal; Ctrl-D ends the input.");
      }
      const progress = createReadingProgress(progressStream(terminal));
      const explanation = await host.run(request, progress).finally(progress.clear);
      if (request.isJson) await printJson(terminal.out, explanation);
      if (request.isCheck) return check(terminal, request, explanation);
      if (explanation.window.orders === 0) return failEmpty(terminal, request, explanation);
      if (!request.isJson) show(host, request, explanation);
      const failures = request.conditions.flatMap((condition) => failureOf(condition, explanation) ?? []);
      for (const failure of failures) notice(terminal, failure);
      if (failures.length > 0) process.exitCode = 1;
    });
}

/** Above it, finding the order that waited longest takes too long to do unasked. */
const maxOrders = 10_000;

function helpText({ name, hasLab }: ExplainHost): string {
  const examples = [
    ...(hasLab ? ["", "--burst last", "--trace 4bf92f3577b34da6a3ce929d0e0e4736"] : ["--file traces.json"]),
    "--jaeger http://jaeger.example:16686 --last 1h",
    "--file traces.json --check",
    "--file traces.json.gz --fail-on 'wait.p99>2s' --json",
  ];
  return `
Reads the traces of ${hasLab ? "the lab, or of any other" : "any"} system that writes spans of its
Kafka consumers; docs/explain.md shows how to read the result.

Conditions of --fail-on: <metric><operator><limit>, also for one stage, as in
processing-service.wait.p99>2s. Metrics: ${metrics.slice(0, 4).join(", ")};
the same for run and total (whole orders); utilisation and unexplained, a share
such as 5%; blocked.max, the cost of the worst blocker. Operators: > >= < <=.

Exit status: 0 when explained, 1 when there is nothing to explain or a condition
holds, 2 for wrong options. With --check: 0 when the spans can be explained.

Examples:
${examples.map((example) => `  ${name} ${example}`.trimEnd()).join("\n")}`;
}

/** Prints to standard error, which keeps it apart from the result on standard output. */
function notice({ error }: Terminal, text: string): void {
  error.write(`${text}\n`);
}

/** What the spans lack; without spans, why there are none. */
function check(terminal: Terminal, request: ExplainRequest, explanation: Explanation): void {
  if (explanation.window.spans === 0) failEmpty(terminal, request, explanation);
  else if (!request.isJson) {
    const options = { width: terminal.out.columns || 80, hasColour: hasColour(terminal, terminal.out) };
    terminal.out.write(`${checkLines(explanation, options).join("\n")}\n`);
  }
  if (!isExplainable(explanation)) process.exitCode = 1;
}

/** With nothing to explain, conditions are not checked: the empty result alone is the failure. */
function failEmpty(terminal: Terminal, request: ExplainRequest, explanation: Explanation): void {
  notice(terminal, emptyText(request, explanation));
  const paint = paintWith(hasColour(terminal, terminal.error));
  const width = Math.max(40, terminal.error.columns || 80);
  for (const lines of [noteLines(explanation, width, paint), shortCheckLines(explanation, width)]) {
    if (lines.length > 0) notice(terminal, ["", ...lines].join("\n"));
  }
  process.exitCode = 1;
}

function show(
  { name, terminal }: ExplainHost,
  { subject, source, detail }: ExplainRequest,
  explanation: Explanation,
): void {
  const width = terminal.out.columns || 80;
  const lines = explanationLines(explanation, {
    width,
    hasColour: hasColour(terminal, terminal.out),
    detail: subject.kind === "trace" ? "segments" : detail,
  });
  const isLab = source.kind === "lab" && subject.kind !== "trace" && explanation.window.orders <= maxOrders;
  const [slowest] = isLab ? explanation.orders.toSorted((a, b) => b.waitNs - a.waitNs) : [];
  const more =
    subject.kind !== "trace" && detail === "answer"
      ? [
          "",
          ...wrap(
            "More: --orders, what happened to each order; --all, also all problems, blockers, stages and what the spans lack.",
            width,
          ),
        ]
      : [];
  const next = slowest
    ? ["", "The longest wait, segment by segment:", `  ${name} --trace ${slowest.traceId}`]
    : [];
  terminal.out.write(`${[...lines, ...more, ...next].join("\n")}\n`);
}
