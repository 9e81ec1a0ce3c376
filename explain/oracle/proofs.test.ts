import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { distorted, mildDistortions } from "./distortions.fixture.ts";
import { falseBlamesIn } from "./false-blames.fixture.ts";
import { createRandom } from "./random.fixture.ts";
import { everyMode, everything, type ScenarioOptions, scenarios } from "./scenarios.fixture.ts";
import { simulate } from "./simulate.fixture.ts";

const { ORACLE_SEED = "20261121", ORACLE_RUNS = "70" } = process.env;
fc.configureGlobal({ seed: Number(ORACLE_SEED), numRuns: Number(ORACLE_RUNS) });

/** No blame that explain calls proven is false, whichever few distortions the spans have suffered. */
function provesNothingFalse(options: Partial<ScenarioOptions>): void {
  const some = fc.uniqueArray(fc.constantFrom(...mildDistortions), { maxLength: 4 });
  fc.assert(
    fc.property(scenarios(options), some, fc.nat(), (scenario, names, seed) => {
      expect(falseBlamesIn(simulate(scenario), distorted(names, createRandom(seed)))).toEqual([]);
    }),
  );
}

describe("explain proves no false blame, whatever spans lack,", () => {
  it("when nothing special happens", () => {
    provesNothingFalse({ modes: everyMode });
  });

  it("when groups rebalance, attempts fail and consumers die", () => {
    provesNothingFalse({ modes: everyMode, rebalances: true, failures: true, crashes: true });
  });

  it("when consumers are evicted and still handle what another one handles again", () => {
    provesNothingFalse({ modes: everyMode, evictions: true });
  });

  it("when batches are handled as one, in whatever spans", () => {
    provesNothingFalse({ modes: ["each-batch", "each-poll"], batchSpans: everything.batchSpans });
  });

  it("when several groups read a topic", () => {
    provesNothingFalse({ modes: everyMode, secondGroups: true });
  });

  it("when messages are handled in a pool and their spans end before", () => {
    provesNothingFalse({ modes: ["by-key", "each-message"], spanEnds: everything.spanEnds });
  });

  it("when all of this happens together", () => {
    provesNothingFalse(everything);
  });
});
