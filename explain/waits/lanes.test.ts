import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { causes } from "../causes.ts";
import { createLanes } from "./lanes.ts";
import { ms, run } from "./run.fixture.ts";
import type { Run } from "./run.ts";
import type { Segment } from "./wait.ts";

// The same cases every time; ORACLE_SEED tries others.
fc.configureGlobal({ seed: Number(process.env["ORACLE_SEED"] ?? 20_261_121) });

/** Random runs of several consumers and partitions, some of them repeated, some with concurrent keys. */
const histories = fc
  .record({
    slots: fc.constantFrom(1, 1, 2, 4),
    keys: fc.constantFrom(1, 1, 3, 100),
    // A message's own attempt that continues on a former owner is both retry and blocker, so there is either one consumer or no
    // repeat.
    repeats: fc.boolean(),
    spare: fc.constantFrom(undefined, 0, 1),
    steps: fc.array(
      fc.record({
        lane: fc.integer({ min: 0, max: 2 }),
        key: fc.nat(),
        consumer: fc.integer({ min: 0, max: 1 }),
        gap: fc.integer({ min: 0, max: 80 }),
        length: fc.integer({ min: 0, max: 90 }),
        waited: fc.integer({ min: 0, max: 5000 }),
        isRepeat: fc.boolean(),
        assigned: fc.option(fc.integer({ min: 0, max: 300 }), { nil: undefined }),
        fetched: fc.option(fc.integer({ min: 0, max: 100 }), { nil: undefined }),
        certain: fc.boolean(),
      }),
      { minLength: 1, maxLength: 200 },
    ),
  })
  .map(({ slots, keys, repeats, spare, steps: all }) => {
    const steps = all.map((step) => (repeats ? { ...step, consumer: 0 } : { ...step, isRepeat: false }));
    const clocks = new Map<string, number>();
    const started = steps.map((step, n) => {
      const clock = `${step.consumer}/${slots === 1 ? 0 : n % slots}`;
      const at = (clocks.get(clock) ?? 6000) + step.gap;
      clocks.set(clock, at + step.length);
      return { ...step, at };
    });
    const offsets = new Map<number, number>();
    const latestAvailable = new Map<number, number>();
    return started
      .sort((a, b) => a.at - b.at)
      .map(({ lane, key, consumer, at, length, waited, isRepeat, assigned, fetched, certain }) => {
        const before = (ago: number | undefined) => (ago === undefined ? undefined : (at - ago) * ms);
        const offset = (offsets.get(lane) ?? 0) + Number(!isRepeat);
        offsets.set(lane, offset);
        // A partition's messages become available in the order in which they are consumed.
        const available = Math.max(latestAvailable.get(lane) ?? 0, at - waited);
        latestAvailable.set(lane, available);
        return run({
          lane: `p${lane}`,
          consumer: `c${consumer}`,
          key: keys > 1 ? `k${key % keys}` : undefined,
          offset,
          concurrency: spare === undefined ? undefined : slots + spare,
          assignedNs: before(assigned),
          fetchedNs: before(fetched),
          certain,
          at,
          for: length,
          available,
        });
      });
  });

/** Time that each run is to blame for, ns; a retry has no blocker. */
function sharesOf(segments: readonly Segment[]): Map<Run, number> {
  const shares = new Map<Run, number>();
  for (const { cause, blockers, fromNs, toNs } of segments) {
    for (const run of cause === "retry" ? [] : blockers) {
      shares.set(run, (shares.get(run) ?? 0) + (toNs - fromNs) / blockers.length);
    }
  }
  return shares;
}

describe("for all histories", () => {
  it("segments are without gaps and add up to the wait, and so do the causes", () => {
    fc.assert(
      fc.property(histories, (runs) => {
        const lanes = createLanes(runs);
        for (const one of runs) {
          const fromNs = one.availableNs ?? one.startNs;
          const wait = lanes.wait(one, fromNs);
          let atNs = fromNs;
          for (const segment of wait.segments()) {
            expect(segment.fromNs).toBe(atNs);
            expect(segment.toNs).toBeGreaterThan(segment.fromNs);
            atNs = segment.toNs;
          }
          expect(atNs).toBe(Math.max(fromNs, one.startNs));
          expect(wait.ns).toBe(one.startNs - fromNs);
          const summed = causes.map((cause) => [
            cause,
            wait.segments().reduce((ns, s) => ns + (s.cause === cause ? s.toNs - s.fromNs : 0), 0),
          ]);
          expect(wait.byCause).toEqual(Object.fromEntries(summed.filter(([, ns]) => ns !== 0)));
          expect(wait.likelyNs).toBe(
            wait
              .segments()
              .filter(({ proven, cause }) => !proven && cause !== "unexplained")
              .reduce((ns, s) => ns + s.toNs - s.fromNs, 0),
          );
        }
      }),
    );
  });

  it("the blockers are the runs of the segments, the worst first", () => {
    fc.assert(
      fc.property(histories, (runs) => {
        const lanes = createLanes(runs);
        for (const one of runs) {
          const wait = lanes.wait(one, one.availableNs ?? one.startNs);
          const shares = sharesOf(wait.segments());
          expect(wait.behind).toBe(shares.size);
          for (const { run: blocker, ns } of wait.blockers) {
            expect(Math.abs(ns - (shares.get(blocker) ?? 0))).toBeLessThan(1);
          }
          const worst = [...shares.values()].sort((a, b) => b - a).slice(0, 8);
          expect(wait.blockers.map(({ ns }) => ns)).toEqual(worst.map((ns) => Math.round(ns)));
        }
      }),
    );
  });

  it("the cost of a blocker adds up to what messages waited behind it", () => {
    fc.assert(
      fc.property(histories, (runs) => {
        const lanes = createLanes(runs);
        const waits = runs.map((one) => ({ run: one, fromNs: one.availableNs ?? one.startNs }));
        const expected = new Map<Run, { ns: number; messages: number }>();
        for (const { run: one, fromNs } of waits) {
          for (const [blocker, ns] of sharesOf(lanes.wait(one, fromNs).segments())) {
            const entry = expected.get(blocker) ?? { ns: 0, messages: 0 };
            entry.ns += ns;
            entry.messages += 1;
            expected.set(blocker, entry);
          }
        }
        const costs = lanes.costs(waits);
        expect(costs.size).toBe(expected.size);
        for (const [blocker, { ns, messages }] of expected) {
          expect(costs.get(blocker)?.messages).toBe(messages);
          expect(Math.abs((costs.get(blocker)?.ns ?? 0) - ns)).toBeLessThan(ns * 1e-9 + 1);
        }
      }),
    );
  });

  it("the order in which runs are given does not matter", () => {
    fc.assert(
      fc.property(histories, fc.func(fc.integer()), (runs, rank) => {
        const shuffled = runs.toSorted((a, b) => rank(a) - rank(b));
        const segments = (lanes: ReturnType<typeof createLanes>) =>
          runs.map((one) => lanes.wait(one, one.availableNs ?? one.startNs).segments());
        expect(segments(createLanes(shuffled))).toEqual(segments(createLanes(runs)));
      }),
    );
  });
});
