import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { explain } from "../explain.ts";
import { makeSpans } from "./make-spans.fixture.ts";
import type { SimRun, Simulation } from "./model.fixture.ts";
import { everyMode, scenarios, trouble } from "./scenarios.fixture.ts";
import { simulate } from "./simulate.fixture.ts";

const { ORACLE_SEED = "20261121", ORACLE_RUNS = "40" } = process.env;
const repeatable = { seed: Number(ORACLE_SEED), numRuns: Number(ORACLE_RUNS) };
fc.configureGlobal(repeatable);

const pipelines = scenarios({ ...trouble, modes: everyMode });

function overlapping(runs: readonly SimRun[]): number {
  const edges = runs.flatMap(({ startNs, endNs }) => [
    { atNs: startNs, by: 1 },
    { atNs: endNs, by: -1 },
  ]);
  let now = 0;
  let most = 0;
  for (const { by } of edges.sort((a, b) => a.atNs - b.atNs || a.by - b.by)) {
    now += by;
    most = Math.max(most, now);
  }
  return most;
}

const modeOf = ({ scenario }: Simulation, { stage }: SimRun) => scenario.stages[stage]?.mode;

describe("a simulated pipeline", () => {
  it("keeps order by partition or by key, and never runs more at a time than a consumer has slots", () => {
    fc.assert(
      fc.property(pipelines, (scenario) => {
        const simulation = simulate(scenario);
        const consumers = Map.groupBy(simulation.runs, ({ stage, consumer }) => `${stage} ${consumer}`);
        for (const runs of consumers.values()) {
          expect(overlapping(runs)).toBeLessThanOrEqual(runs[0]?.slots ?? 0);
        }
        const handled = simulation.runs.flatMap((run) => run.messages.map((message) => ({ run, message })));
        const units = Map.groupBy(handled, ({ run, message: { partition, key } }) =>
          [run.stage, partition, modeOf(simulation, run) === "by-key" && key].join(" "),
        );
        for (const ofUnit of units.values()) {
          expect(overlapping([...new Set(ofUnit.map(({ run }) => run))])).toBe(1);
          const done = ofUnit.filter(({ run: { failed, crashed } }) => !failed && !crashed);
          const offsets = done.map(({ message }) => message.offset);
          expect(offsets).toEqual(offsets.toSorted((a, b) => a - b));
        }
      }),
    );
  });

  it("knows the cause of every moment of a wait", () => {
    fc.assert(
      fc.property(pipelines, (scenario) => {
        for (const { message, run, wait } of simulate(scenario).deliveries) {
          let atNs = message.availableNs;
          for (const { fromNs, toNs } of wait) {
            expect(fromNs).toBe(atNs);
            atNs = toNs;
          }
          expect(atNs).toBe(run.startNs);
        }
      }),
    );
  });

  it("lets another consumer handle a message again while the evicted one still does", () => {
    const all = fc
      .sample(scenarios({ evictions: true, modes: everyMode }), repeatable)
      .map((one) => simulate(one));
    const again = all.flatMap(({ deliveries }) =>
      deliveries.flatMap(({ message: { attempts } }) =>
        attempts.flatMap((run, n) => (run.fenced ? [{ run, next: attempts[n + 1] }] : [])),
      ),
    );
    for (const { next } of again) expect(next?.consumer).toBeDefined();
    const overlaps = again.filter(({ run, next }) => next && next.startNs < run.endNs);
    for (const { run, next } of overlaps) expect(next?.consumer).not.toBe(run.consumer);
    expect(overlaps.length).toBeGreaterThan(10);
  });

  it("gives each group every message of the topic, at the same offset", () => {
    fc.assert(
      fc.property(scenarios({ secondGroups: true, modes: everyMode }), (scenario) => {
        const { deliveries } = simulate(scenario);
        const groups = Map.groupBy(deliveries, ({ message }) => message.stage);
        const second = scenario.stages.findIndex(({ reads }) => reads !== undefined);
        const placesOf = (stage: number) =>
          (groups.get(stage) ?? []).map(({ message: { order, partition, offset } }) =>
            [order, partition, offset].join(),
          );
        expect(placesOf(second).sort()).toEqual(placesOf(scenario.stages[second]?.reads ?? -1).sort());
      }),
    );
  });

  it("gives the same result each time", () => {
    fc.assert(
      fc.property(pipelines, (scenario) => {
        const timesOf = ({ runs }: Simulation) => runs.map(({ id, startNs, endNs }) => [id, startNs, endNs]);
        expect(timesOf(simulate(scenario))).toEqual(timesOf(simulate(scenario)));
      }),
    );
  });

  it("shows every cause", () => {
    const all = fc.sample(pipelines, { ...repeatable, numRuns: 60 }).flatMap((scenario) => {
      const { deliveries } = simulate(scenario);
      return deliveries.flatMap(({ wait }) => wait.map(({ cause }) => cause));
    });
    expect([...new Set(all)].sort()).toEqual([
      "capacity",
      "fetch-barrier",
      "rebalance",
      "retry",
      "same-consumer",
      "same-key",
      "same-partition",
      "transport",
    ]);
  });
});

describe("makeSpans", () => {
  it("are exactly as many as requested, the same for the same seed, and all usable", () => {
    const spans = [...makeSpans({ spans: 30_000, seed: 3 })].flat();
    expect(spans).toHaveLength(30_000);
    expect(new Set(spans.map(({ spanId }) => spanId)).size).toBe(30_000);
    expect([...makeSpans({ spans: 100, seed: 3 })].flat()).toEqual(
      [...makeSpans({ spans: 100, seed: 3 })].flat(),
    );
    const { input, gaps, missing, stages, orders } = explain(spans);
    expect(missing).toEqual([]);
    expect(input).toEqual([]);
    expect(gaps.filter(({ what }) => what !== "The span's parent is missing.")).toEqual([]);
    expect(stages).toHaveLength(3);
    // Some orders wait long, and some hardly at all.
    expect(stages[0]?.waitNs?.max).toBeGreaterThan(1e9);
    expect(orders.filter(({ waitNs }) => waitNs < 100e6).length).toBeGreaterThan(10);
  });
});
