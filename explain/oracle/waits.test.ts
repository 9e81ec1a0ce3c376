import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createLanes } from "../waits/lanes.ts";
import type { Run } from "../waits/run.ts";
import { byMessage, differences, lengthOf, type NamedSegment, nameOf, withNames } from "./compare.fixture.ts";
import { isOrderVisible } from "./false-blames.fixture.ts";
import { ms, type SimRun, type Simulation } from "./model.fixture.ts";
import { allModes, scenarios } from "./scenarios.fixture.ts";
import { simulate } from "./simulate.fixture.ts";

type SeenRun = Run & { readonly name: string };

const { ORACLE_SEED = "20261121", ORACLE_RUNS = "100" } = process.env;
fc.configureGlobal({ seed: Number(ORACLE_SEED), numRuns: Number(ORACLE_RUNS) });

/** A run as shown by spans with all attributes. */
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

/** Each delivery's wait as the lanes explain it and as it really was. */
function comparisonsOf({ runs, deliveries }: Simulation) {
  const seenRuns = new Map(runs.filter(({ crashed }) => !crashed).map((run) => [run, seen(run)]));
  const lanes = createLanes([...seenRuns.values()]);
  return deliveries.map(({ message, run, wait }) => {
    const seenRun = seenRuns.get(run);
    const found = seenRun ? lanes.wait(seenRun, message.availableNs).segments() : [];
    const claimed = found.map(
      ({ blockers, ...segment }): NamedSegment => ({
        ...segment,
        blockers: blockers.map(({ name }) => name).sort(),
      }),
    );
    return { message, claimed, truth: withNames(wait) };
  });
}

/** Time that a client may need between two runs: commit, request, response. */
const overheadNs = 20 * ms;

describe("the segments of a wait are what really happened", () => {
  it("with consumers that fetch batches, whatever their number of slots", () => {
    fc.assert(
      fc.property(scenarios(), (scenario) => {
        for (const { claimed, truth } of comparisonsOf(simulate(scenario)))
          expect(differences(claimed, truth)).toEqual([]);
      }),
    );
  });

  it("with keys that run concurrently, once the spans show it", () => {
    fc.assert(
      fc.property(scenarios({ modes: ["by-key"] }), (scenario) => {
        const simulation = simulate(scenario);
        for (const { message, claimed, truth } of comparisonsOf(simulation)) {
          if (isOrderVisible(simulation, message)) expect(differences(claimed, truth)).toEqual([]);
        }
      }),
    );
  });

  it("with failed attempts, where a segment is proven", () => {
    fc.assert(
      fc.property(scenarios({ failures: true }), (scenario) => {
        for (const { claimed, truth } of comparisonsOf(simulate(scenario))) {
          expect(differences(claimed, truth).filter((difference) => difference.claimed?.proven)).toEqual([]);
        }
      }),
    );
  });

  it("with rebalances, where a segment is proven; their begin is known only to within a poll", () => {
    fc.assert(
      fc.property(scenarios({ rebalances: true, modes: allModes }), (scenario) => {
        const simulation = simulate(scenario);
        for (const { message, claimed, truth } of comparisonsOf(simulation)) {
          if (!isOrderVisible(simulation, message)) continue;
          const wrong = differences(claimed, truth).filter((difference) => difference.claimed?.proven);
          const early = wrong.filter(
            (difference) =>
              difference.claimed?.cause === "rebalance" && difference.truth?.cause === "transport",
          );
          expect(wrong.filter((difference) => !early.includes(difference))).toEqual([]);
          for (const difference of early) expect(lengthOf(difference)).toBeLessThan(overheadNs);
        }
      }),
    );
  });

  it("with rebalances, failures and crashes together, for every blame that is proven", () => {
    fc.assert(
      fc.property(
        scenarios({ rebalances: true, failures: true, crashes: true, modes: allModes }),
        (scenario) => {
          const simulation = simulate(scenario);
          for (const { message, claimed, truth } of comparisonsOf(simulation)) {
            if (!isOrderVisible(simulation, message)) continue;
            const wrong = differences(claimed.map(byMessage), truth.map(byMessage));
            expect(
              wrong.filter(
                (difference) => difference.claimed?.proven && difference.claimed.blockers.length > 0,
              ),
            ).toEqual([]);
          }
        },
      ),
    );
  });
});
