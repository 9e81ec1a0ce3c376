import { explain } from "../../explain/explain.ts";
import type { Explanation, ProblemClass } from "../../explain/explanation.ts";
import { readFile } from "../../explain/read/read-file.ts";
import type { Span } from "../../explain/span.ts";
import { type Comparison, compareWithTruth, placeOf } from "./compare.ts";
import { filesOf, readTruthLog } from "./recording.ts";
import type { Run } from "./runs.ts";
import { type Scenario, scenarios } from "./scenarios.ts";
import { readTruth } from "./truth.ts";

export async function readSpans(dir: string, name: string): Promise<Span[]> {
  const spans: Span[] = [];
  for await (const batch of readFile(filesOf(dir, name).spans, console.error)) spans.push(...batch);
  return spans;
}

export type ExplainedRun = { readonly explanation: Explanation; readonly comparison: Comparison };

/** Explains the spans of a run and compares the result with its truth log. */
export async function explainRun(dir: string, name: string): Promise<ExplainedRun> {
  const spans = await readSpans(dir, name);
  const everything = { maxSegments: Number.POSITIVE_INFINITY, maxBlockers: Number.POSITIVE_INFINITY };
  const explanation = explain(spans, everything);
  return { explanation, comparison: compareWithTruth(explanation, spans, readTruthLog(dir, name)) };
}

/** Messages that were delivered again. */
function deliveredAgain(log: string): string[] {
  return readTruth(log).flatMap((message) => (message.handlings.length > 1 ? placeOf(message) : []));
}

/** Problems of the topic that billing consumes, the worst first. */
function billingProblems({ problems }: Explanation): ProblemClass[] {
  return problems.flatMap((problem) => (problem.topic?.endsWith(".in") ? [problem.class] : []));
}

/**
 * What explain gets wrong about a run. A killed replica does not send its last spans, so messages may be missing, and of one
 * that was delivered again only the last handling may be known.
 */
export async function faultsOf(
  dir: string,
  { name, scenario, receivesOnly, headline }: Run,
): Promise<string[]> {
  const { explanation, comparison } = await explainRun(dir, name);
  const { waits, missing, invented, wrongWaits, wrongBlames, falseProofs } = comparison;
  if (receivesOnly) return waits > 0 ? ["waits are claimed, though no span shows a handling"] : [];
  const again = deliveredAgain(readTruthLog(dir, name));
  const { killAtOrder }: Scenario = scenarios[scenario];
  const [said = "none", ...others] = billingProblems(explanation);
  // What has gathered while nobody owned a partition comes as a burst.
  const falseOnes = others.filter((other) => other !== "burst" || headline !== "rebalance");
  return [
    ...(waits === 0 ? ["no wait is known"] : []),
    ...(said === headline ? [] : [`the headline is ${said}, not ${headline}`]),
    ...falseOnes.map((other) => `${other} is said as well`),
    ...(killAtOrder === undefined ? missing.map((place) => `${place} is missing`) : []),
    ...invented.map((place) => `${place} is invented`),
    ...wrongWaits.flatMap(({ place, text }) => (again.includes(place) ? [] : `${place} ${text}`)),
    ...wrongBlames,
    ...falseProofs,
  ];
}
