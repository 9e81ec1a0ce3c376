import type { ProblemClass } from "../../explain/explanation.ts";
import { libraries } from "./libraries.ts";
import type { Recording } from "./recording.ts";
import { runPipeline } from "./run-pipeline.ts";
import { type Scenario, type ScenarioName, scenarios } from "./scenarios.ts";
import { type Language, languages, prepareToolchain, type Toolchain, whyNot } from "./toolchains.ts";

/** One library in one scenario. The name is `<library>-<scenario>`. */
export type Run = {
  readonly name: string;
  readonly library: string;
  readonly language: Language;
  readonly scenario: ScenarioName;
  readonly receivesOnly: boolean;
  /** What is said first about billing's waiting. */
  readonly headline: ProblemClass | "none";
  /** The code of the doctor's advice that the program follows. */
  readonly advice: string | undefined;
};

export const runs: readonly Run[] = Object.entries(libraries).flatMap(
  ([library, { language, scenarios: own, receivesOnly = false, headlines = {}, advice }]) =>
    own.map((scenario) => ({
      name: `${library}-${scenario}`,
      library,
      language,
      scenario,
      receivesOnly,
      headline: receivesOnly ? "none" : (headlines[scenario] ?? problemOf(scenario)),
      advice: advice?.snippet.code,
    })),
);

function problemOf(scenario: ScenarioName): ProblemClass | "none" {
  const { problem }: Scenario = scenarios[scenario];
  return problem ?? "none";
}

/** Languages whose programs cannot run here, with the reason. */
export async function missingLanguages(): Promise<ReadonlyMap<Language, string>> {
  const reasons = await Promise.all(
    languages.map(async (language) => [language, await whyNot(language)] as const),
  );
  return new Map(reasons.flatMap(([language, why]) => (why === undefined ? [] : [[language, why]])));
}

/** The doctor's advice as files beside the programs that follow it. A Go file begins with its package. */
function adviceFiles(language: Language): Record<string, string> {
  return Object.fromEntries(
    Object.values(libraries).flatMap(({ language: own, advice }) => {
      if (own !== language || !advice) return [];
      const { code } = advice.snippet;
      return [[advice.file, language === "go" ? `package main\n\n${code}` : code]];
    }),
  );
}

export type Runner = {
  /** Installs the programs of a language; needs minutes the first time. */
  prepare(language: Language): Promise<Toolchain>;
  record(run: Run): Promise<Recording>;
};

export function createRunner(brokers: string): Runner {
  const toolchains = new Map<Language, Promise<Toolchain>>();
  const prepare = (language: Language) => {
    const toolchain = toolchains.get(language) ?? prepareToolchain(language, adviceFiles(language));
    toolchains.set(language, toolchain);
    return toolchain;
  };
  return {
    prepare,
    async record({ name, library: libraryName, language, scenario }) {
      const library = libraries[libraryName];
      if (!library) throw new Error(`no library is called ${libraryName}`);
      const toolchain = await prepare(language);
      return runPipeline({ name, library, scenario, toolchain, brokers });
    },
  };
}
