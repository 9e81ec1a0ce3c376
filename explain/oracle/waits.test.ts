import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createLanes } from "../waits/lanes.ts";
import type { Run } from "../waits/run.ts";
import { byMessage, differences, lengthOf, type Told, toldBy } from "./compare.fixture.ts";
import { type Message, ms, type SimRun, type Simulation } from "./model.fixture.ts";
import { allModes, scenarios } from "./scenarios.fixture.ts";
import { simulate } from "./simulate.fixture.ts";
import { nameOf } from "./told.fixture.ts";

type SeenRun = Run & { readonly name: string };

const { ORACLE_SEED = "20261121", ORACLE_RUNS = "100" } = process.env;
fc.configureGlobal({ seed: Number(ORACLE_SEED), numRuns: Number(ORACLE_RUNS) });

/** What spans with all attributes tell of a run. */
function seen(run: SimRun): SeenRun {
  const [first] = run.messages;
  return {
    name: nameOf(run),
    lane: `${run.stage}/${first?.partition}`,
    consumer: run.consumer,
    offset: first?.offset,
    lastOffset: run.messages.at(-1)?.offset,
    key: first?.key,
    startNs: run.startNs,
    endNs: run.endNs,
    availableNs: Math.min(...run.messages.map(({ availableNs }) => availableNs)),
    assignedNs: run.assignedNs,
    fetchedNs: run.fetchedNs,
    concurrency: run.slots,
    certain: true,
  };
}

/** Each delivery's wait as the lanes cut it and as it was. */
function cutsOf({ runs, deliveries }: Simulation) {
  const seenRuns = new Map(runs.filter(({ crashed }) => !crashed).map((run) => [run, seen(run)]));
  const lanes = createLanes([...seenRuns.values()]);
  return deliveries.map(({ message, run, wait }) => {
    const mine = seenRuns.get(run);
    const cut = mine ? lanes.wait(mine, message.availableNs) : undefined;
    const said = (cut?.segments() ?? []).map(
      ({ blockers, ...segment }): Told => ({ ...segment, blockers: blockers.map(({ name }) => name).sort() }),
    );
    return { message, run, cut, said, truth: toldBy(wait, nameOf) };
  });
}

/**
 * Order is kept by partition, or the spans show that it is kept by key: each consumer that had the message's partition was
 * seen to run messages of it side by side.
 */
function isOrderVisible({ scenario, runs }: Simulation, { stage, partition }: Message): boolean {
  if (scenario.stages[stage]?.mode !== "by-key") return true;
  const ofLane = runs.filter(
    (run) => run.stage === stage && run.messages[0]?.partition === partition && !run.crashed,
  );
  return ofLane.every(({ consumer }) =>
    ofLane.some((a) =>
      ofLane.some(
        (b) => a !== b && a.consumer === consumer && b.consumer === consumer && surelyOverlap(a, b),
      ),
    ),
  );
}

function surelyOverlap(a: SimRun, b: SimRun): boolean {
  const sureEndNs = a.endNs - Math.min(5 * ms, Math.floor((a.endNs - a.startNs) / 2));
  return a.startNs <= b.startNs && b.startNs < sureEndNs;
}

/** What a client may need between two runs: commit, request, answer. */
const overheadNs = 20 * ms;

describe("the cut of a wait is what really happened", () => {
  it("with consumers that take batches, whatever their number of slots", () => {
    fc.assert(
      fc.property(scenarios(), (scenario) => {
        for (const { said, truth } of cutsOf(simulate(scenario)))
          expect(differences(said, truth)).toEqual([]);
      }),
    );
  });

  it("with keys that run side by side, once they were seen to", () => {
    fc.assert(
      fc.property(scenarios({ modes: ["by-key"] }), (scenario) => {
        const simulation = simulate(scenario);
        for (const { message, said, truth } of cutsOf(simulation)) {
          if (isOrderVisible(simulation, message)) expect(differences(said, truth)).toEqual([]);
        }
      }),
    );
  });

  it("with attempts that fail, where it is proven", () => {
    fc.assert(
      fc.property(scenarios({ failures: true }), (scenario) => {
        for (const { said, truth } of cutsOf(simulate(scenario))) {
          expect(differences(said, truth).filter((part) => part.said?.proven)).toEqual([]);
        }
      }),
    );
  });

  it("with rebalances, where it is proven; when one began cannot be known better than to a poll", () => {
    fc.assert(
      fc.property(scenarios({ rebalances: true, modes: allModes }), (scenario) => {
        const simulation = simulate(scenario);
        for (const { message, said, truth } of cutsOf(simulation)) {
          if (!isOrderVisible(simulation, message)) continue;
          const wrong = differences(said, truth).filter((part) => part.said?.proven);
          const early = wrong.filter(
            (part) => part.said?.cause === "rebalance" && part.truth?.cause === "transport",
          );
          expect(wrong.filter((part) => !early.includes(part))).toEqual([]);
          for (const part of early) expect(lengthOf([part])).toBeLessThan(overheadNs);
        }
      }),
    );
  });

  it("with everything that can happen, and blames nobody wrongly for sure", () => {
    fc.assert(
      fc.property(
        scenarios({ rebalances: true, failures: true, crashes: true, modes: allModes }),
        (scenario) => {
          const simulation = simulate(scenario);
          for (const { message, said, truth } of cutsOf(simulation)) {
            if (!isOrderVisible(simulation, message)) continue;
            const wrong = differences(said.map(byMessage), truth.map(byMessage));
            expect(wrong.filter((part) => part.said?.proven && part.said.blockers.length > 0)).toEqual([]);
          }
        },
      ),
    );
  });
});
