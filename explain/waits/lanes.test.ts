import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { causes } from "../causes.ts";
import { createLanes } from "./lanes.ts";
import type { Run } from "./run.ts";
import type { Segment } from "./wait.ts";

// The same cases every time; ORACLE_SEED tries others.
fc.configureGlobal({ seed: Number(process.env["ORACLE_SEED"] ?? 20_261_121) });

const ms = 1_000_000;

/** A run of one message; times in ms. */
function run(
  of: Partial<Run> & { lane?: string | undefined; at: number; for: number; available?: number },
): Run {
  const { at, for: length, available, ...rest } = of;
  return {
    lane: "p0",
    consumer: "c",
    offset: undefined,
    key: undefined,
    assignedNs: undefined,
    fetchedNs: undefined,
    concurrency: undefined,
    certain: true,
    ...rest,
    startNs: at * ms,
    endNs: (at + length) * ms,
    availableNs: (available ?? at) * ms,
  };
}

/** Segments of the last run's wait, as `cause ms blockers' offsets`. */
function segmentsOf(...runs: readonly Run[]): string[] {
  const last = runs.at(-1);
  if (!last) return [];
  const wait = createLanes(runs).wait(last, last.availableNs ?? last.startNs);
  return wait
    .segments()
    .map(({ cause, fromNs, toNs, blockers, proven }) =>
      [
        cause,
        (toNs - fromNs) / ms,
        ...blockers.map(({ offset }) => `#${offset}`),
        ...(proven || cause === "unexplained" ? [] : ["likely"]),
      ].join(" "),
    );
}

describe("a wait is charged to", () => {
  it("earlier offsets of the partition, and the fetches between them", () => {
    expect(
      segmentsOf(
        run({ offset: 1, at: 0, for: 100 }),
        run({ offset: 2, at: 104, for: 50, available: 10 }),
        run({ offset: 3, at: 157, for: 1, available: 20 }),
      ),
    ).toEqual(["same-partition 80 #1", "transport 4", "same-partition 50 #2", "transport 3"]);
  });

  it("another partition of a consumer with one slot", () => {
    expect(
      segmentsOf(
        run({ lane: "p1", offset: 7, at: 0, for: 100 }),
        run({ offset: 1, at: 102, for: 1, available: 40 }),
      ),
    ).toEqual(["same-consumer 60 #7 likely", "transport 2 likely"]);
  });

  it("no run of another consumer", () => {
    expect(
      segmentsOf(
        run({ lane: "p1", consumer: "other", offset: 7, at: 0, for: 100 }),
        run({ offset: 1, at: 102, for: 1, available: 40 }),
      ),
    ).toEqual(["unexplained 62"]);
  });

  it("all slots together when the consumer has several", () => {
    const slots = { concurrency: 2 };
    expect(
      segmentsOf(
        run({ ...slots, lane: "p1", offset: 7, at: 0, for: 100 }),
        run({ ...slots, lane: "p2", offset: 8, at: 0, for: 120 }),
        run({ ...slots, offset: 1, at: 101, for: 1, available: 40 }),
      ),
    ).toEqual(["capacity 60 #7 #8", "transport 1 likely"]);
  });

  it("all slots that were seen, as likely, when the consumer does not report how many it has", () => {
    expect(
      segmentsOf(
        run({ lane: "p1", offset: 7, at: 0, for: 100 }),
        run({ lane: "p2", offset: 8, at: 0, for: 100 }),
        run({ offset: 1, at: 101, for: 1, available: 40 }),
      ),
    ).toEqual(["capacity 60 #7 #8 likely", "transport 1 likely"]);
  });

  it("the batch that kept the client from fetching", () => {
    const slots = { concurrency: 3 };
    expect(
      segmentsOf(
        run({ ...slots, lane: "p1", offset: 7, at: 0, for: 100 }),
        run({ ...slots, offset: 0, at: 106, for: 1, available: 40, fetchedNs: 104 * ms }),
      ),
    ).toEqual(["fetch-barrier 60 #7", "transport 6"]);
  });

  it("that batch as likely when the message before is missing and may have run", () => {
    const slots = { concurrency: 3 };
    const heads = [8, 9].map((offset) =>
      run({ ...slots, offset, at: 106, for: 1, available: 40, fetchedNs: 104 * ms }),
    );
    const waits = heads.map((head) =>
      segmentsOf(
        run({ ...slots, offset: 5, lastOffset: 7, at: 0, for: 10 }),
        run({ ...slots, lane: "p1", offset: 7, at: 0, for: 100 }),
        head,
      ),
    );
    expect(waits).toEqual([
      ["fetch-barrier 60 #7", "transport 6"],
      ["fetch-barrier 60 #7 likely", "transport 6 likely"],
    ]);
  });

  it("the batch that ended last of those that were fetched together", () => {
    const slots = { concurrency: 3, fetchedNs: 0 };
    expect(
      segmentsOf(
        run({ ...slots, lane: "p1", offset: 7, at: 0, for: 30 }),
        run({ ...slots, lane: "p1", offset: 8, at: 31, for: 89 }),
        run({ ...slots, lane: "p2", offset: 9, at: 0, for: 60 }),
        run({ ...slots, offset: 0, at: 126, for: 1, available: 10, fetchedNs: 124 * ms }),
      ),
    ).toEqual(["fetch-barrier 20 #7", "transport 1", "fetch-barrier 89 #8", "transport 6"]);
  });

  it("a batch as likely when the client has fetched during a batch", () => {
    const slots = { concurrency: 3 };
    expect(
      segmentsOf(
        run({ ...slots, lane: "p1", offset: 7, at: 0, for: 100 }),
        run({ ...slots, lane: "p2", offset: 9, at: 52, for: 1, fetchedNs: 50 * ms }),
        run({ ...slots, offset: 0, at: 106, for: 1, available: 60, fetchedNs: 104 * ms }),
      ),
    ).toEqual(["fetch-barrier 40 #7 likely", "transport 6"]);
  });

  it("no batch that ended long before the fetch", () => {
    const slots = { concurrency: 3 };
    expect(
      segmentsOf(
        run({ ...slots, lane: "p1", offset: 7, at: 0, for: 100 }),
        run({ ...slots, offset: 1, at: 306, for: 1, available: 60, fetchedNs: 304 * ms }),
      ),
    ).toEqual(["unexplained 246"]);
  });

  it("no barrier when the message had been fetched and a slot was free", () => {
    const slots = { concurrency: 3 };
    expect(
      segmentsOf(
        run({ ...slots, lane: "p1", offset: 7, at: 0, for: 200 }),
        run({ ...slots, offset: 1, at: 140, for: 1, available: 40, fetchedNs: 42 * ms }),
      ),
    ).toEqual(["unexplained 100"]);
  });

  it("a rebalance while no consumer had the partition", () => {
    const assignedNs = 500 * ms;
    expect(
      segmentsOf(
        run({ consumer: "a", offset: 1, at: 0, for: 10, assignedNs: 0 }),
        run({ lane: "p1", offset: 7, at: 0, for: 800, assignedNs: 0 }),
        run({ offset: 2, at: 803, for: 1, available: 40, assignedNs }),
      ),
    ).toEqual(["rebalance 460", "same-consumer 300 #7 likely", "transport 3"]);
  });

  it("a rebalance as likely when the former owner is unknown or was not idle", () => {
    const assignedNs = 500 * ms;
    const slots = { concurrency: 2 };
    const head = run({ ...slots, offset: 2, at: 502, for: 1, available: 40, assignedNs });
    expect(segmentsOf(head)).toEqual(["rebalance 460 likely", "transport 2 likely"]);
    expect(
      segmentsOf(
        run({ ...slots, consumer: "a", offset: 1, at: 0, for: 10 }),
        run({ ...slots, consumer: "a", lane: "p1", offset: 7, at: 0, for: 100 }),
        head,
      ),
    ).toEqual(["rebalance 60 likely", "rebalance 400", "transport 2"]);
  });

  it("the former owner's other work before the partition moved, as likely", () => {
    expect(
      segmentsOf(
        run({ consumer: "a", offset: 1, at: 0, for: 10, assignedNs: 0 }),
        run({ consumer: "a", lane: "p1", offset: 7, at: 10, for: 90, assignedNs: 0 }),
        run({ consumer: "b", offset: 2, at: 130, for: 1, available: 40, assignedNs: 120 * ms }),
      ),
    ).toEqual(["same-consumer 60 #7 likely", "rebalance 20", "transport 10"]);
  });

  it("a likely rebalance when the owner changed and no span shows when", () => {
    expect(
      segmentsOf(
        run({ consumer: "a", offset: 1, at: 0, for: 10 }),
        run({ consumer: "b", offset: 2, at: 300, for: 1, available: 40 }),
      ),
    ).toEqual(["rebalance 260 likely"]);
  });

  it("a run of the former owner until the lane moves, and then the runs of the new owner", () => {
    const b = { consumer: "b", concurrency: 1, assignedNs: 990 * ms, available: 1 };
    expect(
      segmentsOf(
        run({ consumer: "a", concurrency: 1, offset: 5, at: 1, for: 9999 }),
        run({ ...b, offset: 5, at: 1000, for: 1 }),
        run({ ...b, offset: 6, at: 1002, for: 7998 }),
        run({ ...b, offset: 7, at: 9001, for: 1 }),
      ),
    ).toEqual([
      "same-partition 989 #5",
      "same-partition 10 #5",
      "same-partition 1 #5",
      "transport 1",
      "same-partition 7998 #6",
      "transport 1",
    ]);
  });

  it("a retry for each message of a failed batch", () => {
    const batch = run({ offset: 1, lastOffset: 3, at: 10, for: 5000, available: 0 });
    const alone = [1, 2, 3].map((offset) => run({ offset, at: 5000 + offset * 20, for: 10, available: 0 }));
    expect(segmentsOf(batch, ...alone)).toEqual([
      "transport 10 likely",
      "retry 5000 #1",
      "retry 10 #1",
      "same-partition 10 #1",
      "transport 10",
      "same-partition 10 #2",
      "transport 10",
    ]);
  });

  it("a retry for earlier attempts of the message itself", () => {
    expect(
      segmentsOf(
        run({ offset: 1, at: 10, for: 30, available: 5 }),
        run({ offset: 1, at: 240, for: 1, available: 5 }),
      ),
    ).toEqual(["transport 5 likely", "retry 30 #1", "retry 200 #1"]);
  });

  it("the attempts and the back-off of the message ahead", () => {
    expect(
      segmentsOf(
        run({ offset: 1, at: 10, for: 30, available: 5 }),
        run({ offset: 1, at: 240, for: 20, available: 5 }),
        run({ offset: 2, at: 261, for: 1, available: 20 }),
      ),
    ).toEqual(["same-partition 20 #1", "same-partition 200 #1", "same-partition 20 #1", "transport 1"]);
  });

  it("earlier messages of the key when keys of the partition run concurrently", () => {
    expect(
      segmentsOf(
        run({ key: "a", offset: 1, at: 0, for: 100 }),
        run({ key: "b", offset: 2, at: 5, for: 60, available: 1 }),
        run({ key: "a", offset: 3, at: 101, for: 1, available: 2 }),
      ),
    ).toEqual(["same-key 98 #1", "transport 1 likely"]);
  });

  it("no message of another key, even if that key's run outlasts the concurrent ones", () => {
    expect(
      segmentsOf(
        run({ key: "a", offset: 1, at: 0, for: 30.5 }),
        run({ key: "b", offset: 2, at: 28, for: 2, available: 20 }),
        run({ key: "c", offset: 3, at: 28, for: 2, available: 20 }),
      ),
    ).toEqual(["transport 8 likely"]);
  });

  it("earlier offsets also when short runs seem to overlap because clocks count whole milliseconds", () => {
    expect(
      segmentsOf(
        run({ offset: 1, at: 0, for: 50 }),
        run({ offset: 2, at: 50, for: 0.9, available: 10 }),
        run({ offset: 3, at: 50, for: 0.9, available: 10 }),
        run({ offset: 4, at: 60, for: 1, available: 10 }),
      ),
    ).toEqual(["same-partition 40 #1", "same-partition 0.9 #2", "transport 9.1"]);
  });

  it("no later offset, even if it ran first", () => {
    expect(
      segmentsOf(run({ offset: 2, at: 0, for: 100 }), run({ offset: 1, at: 101, for: 1, available: 1 })),
    ).toEqual(["unexplained 99", "transport 1 likely"]);
  });

  it("a busy consumer, as likely, when the partition is not known", () => {
    const unknown = { lane: undefined, certain: false };
    expect(
      segmentsOf(
        run({ ...unknown, offset: 1, at: 0, for: 100 }),
        run({ ...unknown, offset: 2, at: 102, for: 1, available: 20 }),
      ),
    ).toEqual(["same-consumer 80 #1 likely", "transport 2 likely"]);
  });

  it("nothing when the message did not wait", () => {
    expect(
      segmentsOf(run({ offset: 1, at: 0, for: 10 }), run({ offset: 2, at: 20, for: 1, available: 20 })),
    ).toEqual([]);
  });
});

/** Random runs of several consumers and partitions, some of them repeated, some with concurrent keys. */
const histories = fc
  .record({
    slots: fc.constantFrom(1, 1, 2, 4),
    keys: fc.constantFrom(1, 1, 3, 100),
    // An own attempt that continues on a former owner is a retry and a blocker at once, so there is one consumer or no repeat.
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

/** What each run is to blame for, ns; a retry has no blocker. */
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
