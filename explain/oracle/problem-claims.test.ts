import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { explain } from "../explain.ts";
import { lengthOf } from "./compare.fixture.ts";
import { ms, type SimRun, type Simulation, type TrueDelivery } from "./model.fixture.ts";
import { scenarios } from "./scenarios.fixture.ts";
import { serviceOf } from "./services.fixture.ts";
import { simulate } from "./simulate.fixture.ts";
import { spansOf } from "./spans.fixture.ts";

const { ORACLE_SEED = "20261121", ORACLE_RUNS = "80" } = process.env;
fc.configureGlobal({ seed: Number(ORACLE_SEED), numRuns: Number(ORACLE_RUNS) });

/** A consumer that idles longer than this has no backlog. */
const idleNs = 50 * ms;
const longFactor = 4;

const perMessageNs = ({ startNs, endNs, messages }: SimRun) => (endNs - startNs) / messages.length;

function medianNs(runs: readonly SimRun[]): number {
  const each = runs.flatMap((run) => run.messages.map(() => perMessageNs(run))).sort((a, b) => a - b);
  return each[Math.ceil(each.length / 2) - 1] ?? 0;
}

/** What others really waited for long runs, and for the runs behind them until the consumer idled, ns. */
function costOfLongRuns(runs: readonly SimRun[], deliveries: readonly TrueDelivery[]): number {
  const costs = new Map<SimRun, number>();
  for (const segment of deliveries.flatMap(({ wait }) => wait)) {
    for (const run of segment.blockers) {
      costs.set(run, (costs.get(run) ?? 0) + lengthOf(segment) / segment.blockers.length);
    }
  }
  const long = longFactor * medianNs(runs);
  let sumNs = 0;
  for (const ofConsumer of Map.groupBy(runs, ({ consumer }) => consumer).values()) {
    let [behindLong, untilNs] = [false, 0];
    // Of runs that start together, the long one may count as ahead.
    for (const run of ofConsumer.toSorted((a, b) => a.startNs - b.startNs || b.endNs - a.endNs)) {
      behindLong = perMessageNs(run) > long || (behindLong && run.startNs <= untilNs + idleNs);
      untilNs = Math.max(untilNs, run.endNs);
      if (behindLong) sumNs += costs.get(run) ?? 0;
    }
  }
  return sumNs;
}

/** The share of the slots that was busy while something waited. Consumers without partitions have none. */
function busyWhileWaiting(
  { scenario }: Simulation,
  stage: number,
  runs: readonly SimRun[],
  deliveries: readonly TrueDelivery[],
): number {
  const spec = scenario.stages[stage];
  const consumers = new Set(runs.map(({ consumer }) => consumer)).size;
  const partitions = new Set(deliveries.map(({ message }) => message.partition)).size;
  const slots = Math.min(consumers * (spec?.slots ?? 1), partitions);
  const waits = deliveries.map(({ message, run }) => ({ fromNs: message.availableNs, toNs: run.startNs }));
  const edges = [
    ...waits.flatMap(({ fromNs, toNs }) => [fromNs, toNs]),
    ...runs.flatMap((run) => [run.startNs, run.endNs]),
  ];
  edges.sort((a, b) => a - b);
  let [busyNs, allNs] = [0, 0];
  edges.forEach((fromNs, n) => {
    const toNs = edges[n + 1] ?? fromNs;
    if (toNs === fromNs || !waits.some((wait) => wait.fromNs <= fromNs && fromNs < wait.toNs)) return;
    const busy = runs.filter((run) => run.startNs <= fromNs && fromNs < run.endNs).length;
    busyNs += Math.min(busy, slots) * (toNs - fromNs);
    allNs += slots * (toNs - fromNs);
  });
  return allNs > 0 ? busyNs / allNs : 0;
}

function inEachStage(
  check: (
    problems: ReturnType<typeof explain>["problems"],
    runs: readonly SimRun[],
    deliveries: readonly TrueDelivery[],
    simulation: Simulation,
    stage: number,
  ) => void,
): void {
  fc.assert(
    fc.property(scenarios(), (scenario) => {
      const simulation = simulate(scenario);
      const { problems } = explain(spansOf(simulation).spans);
      for (const stage of scenario.stages.keys()) {
        check(
          problems.filter((problem) => problem.stage === serviceOf(stage)),
          simulation.runs.filter((run) => run.stage === stage),
          simulation.deliveries.filter(({ message }) => message.stage === stage),
          simulation,
          stage,
        );
      }
    }),
  );
}

describe("a problem claims", () => {
  it("no more as head-of-line than the long runs and their backlog really cost", () => {
    let found = 0;
    inEachStage((problems, runs, deliveries) => {
      for (const problem of problems.filter((one) => one.class === "head-of-line")) {
        expect(problem.ns).toBeLessThanOrEqual(costOfLongRuns(runs, deliveries) + ms);
        found += 1;
      }
    });
    expect(found).toBeGreaterThan(10);
  });

  it("saturation only where slots were busy nearly all the time that something waited", () => {
    let found = 0;
    inEachStage((problems, runs, deliveries, simulation, stage) => {
      if (!problems.some((one) => one.class === "saturation")) return;
      expect(busyWhileWaiting(simulation, stage, runs, deliveries)).toBeGreaterThan(0.75);
      found += 1;
    });
    expect(found).toBeGreaterThan(1);
  });

  it("no more than its stage waited", () => {
    let found = 0;
    inEachStage((problems, _, deliveries) => {
      found += problems.length;
      const waitedNs = deliveries.reduce((ns, { message, run }) => ns + run.startNs - message.availableNs, 0);
      for (const problem of problems) expect(problem.ns).toBeLessThanOrEqual(waitedNs + ms);
    });
    expect(found).toBeGreaterThan(10);
  });
});
