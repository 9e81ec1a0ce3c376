import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createLanes } from "../waits/lanes.ts";
import type { Run } from "../waits/run.ts";
import { differences, type Told, toldBy } from "./compare.fixture.ts";
import type { SimRun, Simulation } from "./model.fixture.ts";
import { scenarios } from "./scenarios.fixture.ts";
import { simulate } from "./simulate.fixture.ts";

type SeenRun = Run & { readonly name: string };

fc.configureGlobal({ seed: 20_261_121, numRuns: 150 });

function nameOf(run: SimRun): string {
  const [first] = run.messages;
  return `${run.stage}/${first?.partition}/${first?.offset}${run.attempt > 1 ? `!${run.attempt}` : ""}`;
}

/** What spans with all attributes tell of a run. */
function seen(run: SimRun, slots = true): SeenRun {
  const [first] = run.messages;
  return {
    name: nameOf(run),
    lane: `${run.stage}/${first?.partition}`,
    consumer: run.consumer,
    offset: first?.offset,
    key: first?.key,
    startNs: run.startNs,
    endNs: run.endNs,
    availableNs: first?.availableNs,
    assignedNs: run.assignedNs,
    fetchedNs: run.fetchedNs,
    concurrency: slots ? run.slots : undefined,
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

describe("the cut of a wait is what really happened", () => {
  it("with consumers that take batches, whatever their number of slots", () => {
    fc.assert(
      fc.property(scenarios(), (scenario) => {
        for (const { said, truth } of cutsOf(simulate(scenario)))
          expect(differences(said, truth)).toEqual([]);
      }),
    );
  });
});
