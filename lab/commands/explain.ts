import type { Command } from "commander";
import { HoldupError } from "../../core/errors.ts";
import { checkLines, shortCheckLines } from "../../explain/doctor/check-text.ts";
import { isExplainable } from "../../explain/doctor/diagnosis.ts";
import type { Explanation } from "../../explain/explanation.ts";
import { explanationLines } from "../../explain/text/explanation-text.ts";
import { paintWith, wrap } from "../../explain/text/layout.ts";
import { noteLines } from "../../explain/text/paragraphs.ts";
import { type Context, notice, print } from "../context.ts";
import { failureOf, metrics } from "../explain/condition.ts";
import { emptyText } from "../explain/empty-explanation.ts";
import { type ExplainRequest, readExplainOptions } from "../explain/explain-options.ts";
import { printJson } from "../explain/print-json.ts";
import { createReadingProgress } from "../explain/reading-progress.ts";
import { runExplain } from "../explain/run-explain.ts";
import { hasColour, progressStream } from "../system/terminal.ts";
import { repeated } from "./options.ts";

const help = `
Reads the traces of the lab, or of any other system that writes spans of its
Kafka consumers; docs/explain.md shows how to read the result.

Conditions of --fail-on: <metric><operator><limit>, also for one stage, as in
processing-service.wait.p99>2s. Metrics: ${metrics.slice(0, 4).join(", ")};
the same for run and total (whole orders); utilisation and unexplained, a share
such as 5%; blocked.max, the cost of the worst blocker. Operators: > >= < <=.

Exit status: 0 when explained, 1 when there is nothing to explain or a condition
holds, 2 for wrong options. With --check: 0 when the spans can be explained.

Examples:
  ./holdup explain
  ./holdup explain --burst last
  ./holdup explain --trace 4bf92f3577b34da6a3ce929d0e0e4736
  ./holdup explain --file traces.json --check
  ./holdup explain --jaeger http://jaeger.example:16686 --last 1h
  ./holdup explain --file traces.json.gz --fail-on 'wait.p99>2s' --json`;

export function explainCommand(program: Command, context: Context): void {
  program
    .command("explain")
    .description("show which order held up which, for how long and why")
    .option("--last <time>", "orders that started in the last 30s, 10m, 2h (default: 10m; with --file, all)")
    .option("--trace <id>", "one order, with the segments of its waits")
    .option("--burst <which>", "last: the orders of the last ./holdup burst or demo")
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
    .addHelpText("after", help)
    .allowExcessArguments()
    .action(async (given: Readonly<Record<string, unknown>>, { args }: Command) => {
      if (args.length > 0)
        throw new HoldupError("HOLDUP_USAGE", `To explain a file: ./holdup explain --file ${args[0]}`);
      const request = readExplainOptions(given);
      if (process.stdin.isTTY && request.source.kind === "files" && request.source.paths.includes("-")) {
        notice(context, "Reading spans from the terminal; Ctrl-D ends the input.");
      }
      const progress = createReadingProgress(progressStream(context));
      const explanation = await runExplain(context, request, progress).finally(progress.clear);
      if (request.isJson) await printJson(context.out, explanation);
      if (request.isCheck) return check(context, request, explanation);
      if (explanation.orders.length === 0) return failEmpty(context, request, explanation);
      if (!request.isJson) show(context, request, explanation);
      const failures = request.conditions.flatMap((condition) => failureOf(condition, explanation) ?? []);
      for (const failure of failures) notice(context, failure);
      if (failures.length > 0) process.exitCode = 1;
    });
}

/** What the spans lack; without spans, why there are none. */
function check(context: Context, request: ExplainRequest, explanation: Explanation): void {
  if (explanation.window.spans === 0) failEmpty(context, request, explanation);
  else if (!request.isJson) {
    const options = { width: context.out.columns || 80, hasColour: hasColour(context, context.out) };
    print(context, checkLines(explanation, options).join("\n"));
  }
  if (!isExplainable(explanation)) process.exitCode = 1;
}

/** With nothing to explain, conditions are not checked: the empty result alone is the failure. */
function failEmpty(context: Context, request: ExplainRequest, explanation: Explanation): void {
  notice(context, emptyText(request, explanation));
  const paint = paintWith(hasColour(context, context.error));
  const width = Math.max(40, context.error.columns || 80);
  for (const lines of [noteLines(explanation, width, paint), shortCheckLines(explanation, width)]) {
    if (lines.length > 0) notice(context, ["", ...lines].join("\n"));
  }
  process.exitCode = 1;
}

function show(context: Context, { subject, source, detail }: ExplainRequest, explanation: Explanation): void {
  const lines = explanationLines(explanation, {
    width: context.out.columns || 80,
    hasColour: hasColour(context, context.out),
    detail: subject.kind === "trace" ? "segments" : detail,
  });
  const [slowest] = explanation.orders.toSorted((a, b) => b.waitNs - a.waitNs);
  const more =
    subject.kind !== "trace" && detail === "answer"
      ? [
          "",
          ...wrap(
            "More: --orders, what happened to each order; --all, also all problems, blockers, stages and what the spans lack.",
            context.out.columns || 80,
          ),
        ]
      : [];
  const next =
    slowest && source.kind === "lab" && subject.kind !== "trace"
      ? ["", "The longest wait, segment by segment:", `  ./holdup explain --trace ${slowest.traceId}`]
      : [];
  print(context, [...lines, ...more, ...next].join("\n"));
}
