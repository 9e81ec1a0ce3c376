/**
 * Which libraries explain serves, as a table in Markdown: `npm run -s print:served`, or `node tests/foreign/served.ts <folder>` for
 * runs elsewhere. docs/explain.md contains it.
 */
import { diagnose, type Need } from "../../explain/doctor/diagnosis.ts";
import { languageName } from "../../explain/doctor/names.ts";
import { explainRun } from "./compare-run.ts";
import { recordedDir, recordedNames } from "./recording.ts";

/** What the names of recorded runs mean, where they do not say it. */
const titles: Readonly<Record<string, string>> = {
  kafkajs: "kafkajs, `eachMessage`",
  "kafkajs-batch": "kafkajs, `eachBatch`",
  "kafkajs-one-process": "kafkajs, two consumers in a process",
  confluent: "confluent-kafka, `poll()`",
  "confluent-batch": "confluent-kafka, `consume()`",
  "confluent-pool": "confluent-kafka, handling in a thread pool",
  franz: "franz-go with kotel",
  "franz-process": "franz-go with kotel, `WithProcessSpan`",
  sarama: "sarama with otelsarama",
  "java-agent": "kafka-clients with the agent",
  "spring-agent": "Spring Kafka with the agent, record listener",
  "spring-agent-batch": "Spring Kafka with the agent, batch listener",
  "spring-observation": "Spring Boot's observation",
  "spring3-observation": "Spring Boot 3's observation",
};

/** A lack of most messages is the library's; one of a few is that of a killed process. */
const mostly = 0.5;
/** Without these, who waited for whom is known all the same. */
const minor: ReadonlySet<Need["what"]> = new Set(["offset", "cluster", "consumer group"]);

type Run = {
  readonly library: string;
  readonly language: string | undefined;
  readonly isEveryStageTimed: boolean;
  readonly needs: readonly Need[];
  readonly blames: number;
  readonly rightBlames: number;
};

async function readRun(dir: string, name: string): Promise<Run> {
  const { explanation, comparison } = await explainRun(dir, name);
  const { patients } = diagnose(explanation);
  return {
    library: name.replace(/-[a-f]$/u, ""),
    language: explanation.services[0]?.language,
    isEveryStageTimed: explanation.stages.length > 0 && patients.every(({ needs }) => !needs.some(isUntimed)),
    needs: patients.flatMap(({ needs }) => needs.filter(({ spans: missing, of }) => missing >= of * mostly)),
    blames: comparison.blames,
    rightBlames: comparison.rightBlames,
  };
}

function isUntimed({ what }: Need): boolean {
  return what === "handling" || what === "processing time";
}

/** The table of the runs that are recorded in a folder. */
export async function servedTable(dir = recordedDir): Promise<string> {
  const runs: Run[] = [];
  for (const name of recordedNames(dir).toSorted()) runs.push(await readRun(dir, name));
  const byLibrary = Map.groupBy(runs, ({ library }) => library);
  const rows = [...byLibrary].flatMap(([library, ofLibrary]) => {
    if (library.endsWith("-advised")) return [];
    const advised = byLibrary.get(`${library}-advised`) ?? [];
    return [rowOf(library, ofLibrary, advised)];
  });
  const cells = rows.sort((a, b) => (a.join() < b.join() ? -1 : 1)).map((row) => `| ${row.join(" | ")} |`);
  return [
    "| language | library | served | what is missing | right blockers |",
    "| --- | --- | --- | --- | --- |",
    ...cells,
  ].join("\n");
}

function rowOf(library: string, runs: readonly Run[], advised: readonly Run[]): string[] {
  const needs = runs.flatMap((run) => run.needs);
  const missing = [
    ...new Set(needs.map(({ what }) => (what === "handling" ? "a span of the handling" : what))),
  ];
  const [first] = runs;
  return [
    languageName(first?.language ?? ""),
    titles[library] ?? library,
    servedText(needs, runs, advised),
    missing.join(", "),
    [blamesText(runs), ...(advised.length > 0 ? [`then ${blamesText(advised)}`] : [])].join(", "),
  ];
}

/** How often the message that a wait was blamed on is the one that really held it up. */
function blamesText(runs: readonly Run[]): string {
  const sum = (count: (run: Run) => number) => runs.reduce((total, run) => total + count(run), 0);
  const blames = sum((run) => run.blames);
  return blames === 0 ? "none" : `${sum((run) => run.rightBlames)} of ${blames}`;
}

function servedText(needs: readonly Need[], runs: readonly Run[], advised: readonly Run[]): string {
  if (advised.length > 0 && advised.every(({ isEveryStageTimed }) => isEveryStageTimed))
    return "with code, tried";
  const important = needs.filter(({ what }) => !minor.has(what));
  const kinds = new Set(important.map(({ advice }) => advice?.kind));
  if (!runs.every(({ isEveryStageTimed }) => isEveryStageTimed)) {
    return needs.some((need) => isUntimed(need) && need.advice) ? "with code, not tried" : "not at all";
  }
  if (important.length === 0) return "by default";
  return kinds.has("code") ? "in part; with code" : "by default; proven with a setting";
}

if (import.meta.main) console.log(await servedTable(process.argv[2]));
