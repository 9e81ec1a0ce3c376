import { explain } from "../../explain/explain.ts";
import { readFile } from "../../explain/read/read-file.ts";
import type { Span } from "../../explain/span.ts";
import { type Comparison, compareWithTruth } from "./compare.ts";
import { filesOf, readTruthLog } from "./recording.ts";
import type { Run } from "./runs.ts";
import { type Scenario, scenarios } from "./scenarios.ts";
import { readTruth } from "./truth.ts";

export async function readSpans(dir: string, name: string): Promise<Span[]> {
  const spans: Span[] = [];
  for await (const batch of readFile(filesOf(dir, name).spans, console.error)) spans.push(...batch);
  return spans;
}

/** Explains the spans of a run and compares the result with its truth log. */
async function compareRun(dir: string, name: string): Promise<Comparison> {
  const spans = await readSpans(dir, name);
  const everything = { maxSegments: Number.POSITIVE_INFINITY, maxBlockers: Number.POSITIVE_INFINITY };
  return compareWithTruth(explain(spans, everything), spans, readTruthLog(dir, name));
}

/** Messages that were delivered again. */
function deliveredAgain(log: string): string[] {
  const messages = readTruth(log).filter(({ handlings }) => handlings.length > 1);
  return messages.map(({ topic, partition, offset }) => `${topic}/${partition}/${offset}`);
}

/**
 * What explain gets wrong about a run. A killed replica does not send its last spans, so messages may be missing, and of one
 * that was delivered again only the last handling may be known.
 */
export async function faultsOf(dir: string, { name, scenario, receivesOnly }: Run): Promise<string[]> {
  const { waits, missing, invented, wrongWaits, wrongBlames, falseProofs } = await compareRun(dir, name);
  if (receivesOnly) return waits > 0 ? ["waits are claimed, though no span shows a handling"] : [];
  const again = deliveredAgain(readTruthLog(dir, name));
  const { killAtOrder }: Scenario = scenarios[scenario];
  return [
    ...(waits === 0 ? ["no wait is known"] : []),
    ...(killAtOrder === undefined ? missing.map((place) => `${place} is missing`) : []),
    ...invented.map((place) => `${place} is invented`),
    ...wrongWaits.filter((wrong) => !again.some((place) => wrong.startsWith(`${place} `))),
    ...wrongBlames,
    ...falseProofs,
  ];
}
