import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { faultsOf, readSpans } from "./compare-run.ts";
import { filesOf, hashOf, readTruthLog, recordedAdvice, recordedDir, recordedNames } from "./recording.ts";
import { runs } from "./runs.ts";
import { type Scenario, scenarios } from "./scenarios.ts";

it("has a recording of every run", () => {
  expect(recordedNames(recordedDir).toSorted()).toEqual(runs.map(({ name }) => name).toSorted());
});

describe.each(runs)("$name", (run) => {
  const scenario: Scenario = scenarios[run.scenario];
  const ids = scenario.orders.map(({ id }) => id);

  it.each(["in", "out"])("has a truth log in which every order of topic .%s was handled", (topic) => {
    const handled = readTruthLog(recordedDir, run.name)
      .split("\n")
      .filter((line) => line.includes('"ev":"handled"') && line.includes(`.${topic}"`))
      .map((line) => Number(/"id":(\d+)/.exec(line)?.[1]));
    expect(new Set(handled)).toEqual(new Set(ids));
  });

  it("has the producer's span of every order", async () => {
    const spans = await readSpans(recordedDir, run.name);
    const sent = spans.filter(({ kind, name }) => kind === "producer" && /\.in\b/.test(name ?? ""));
    expect(sent).toHaveLength(ids.length);
  });

  it("has its true headline, waits within 5 %, and no wrong blocker, least of all a proven one", async () => {
    expect(await faultsOf(recordedDir, run)).toEqual([]);
  });

  it("names nothing of the machine that recorded it", () => {
    const text = gunzipSync(readFileSync(filesOf(recordedDir, run.name).spans)).toString();
    expect(text).not.toMatch(/\/(root|work|Users|home\/(?!app\b))/);
  });
});

describe.each(runs.filter(({ advice }) => advice !== undefined))("$name", (run) => {
  it("was recorded with the doctor's advice of today, word for word", () => {
    expect(recordedAdvice(recordedDir)[run.name]).toBe(hashOf(run.advice ?? ""));
  });
});
