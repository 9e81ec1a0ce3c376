import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Job, replay } from "./replay.ts";

// The same cases every time; ORACLE_SEED tries others.
fc.configureGlobal({ seed: Number(process.env["ORACLE_SEED"] ?? 20_261_121) });

const job = (arrivalNs: number, runNs: number, lane = "p0", consumer = "c"): Job => ({
  arrivalNs,
  messages: 1,
  runNs,
  lane,
  consumer,
});
const slots = (count: number) => () => count;

describe("a replay", () => {
  it("counts the wait of each message in a batch", () => {
    expect(replay([job(0, 10), { ...job(4, 10), messages: 3 }], slots(1))).toBe(3 * 6);
  });

  it("runs one message after the other on a single slot", () => {
    expect(replay([job(0, 10), job(0, 10, "p1"), job(0, 10)], slots(1))).toBe(10 + 20);
  });

  it("gives no slot to a message that waits for its lane", () => {
    const backlog = [job(0, 10), job(0, 10), job(0, 10)];
    expect(replay([...backlog, job(1, 1, "p1")], slots(2))).toBe(10 + 20);
  });

  it("keeps consumers apart", () => {
    expect(replay([job(0, 10), job(0, 10, "p1", "other")], slots(1))).toBe(0);
  });

  it("gives a free slot to the message that arrived first", () => {
    expect(replay([job(0, 10), job(1, 5, "p1"), job(2, 5, "p2")], slots(1))).toBe(9 + 13);
  });

  it("is not slower with a slot for every lane than with fewer", () => {
    const jobs = fc
      .array(fc.record({ at: fc.nat(50), for: fc.nat(20), lane: fc.nat(3) }), { maxLength: 60 })
      .map((list) => list.sort((a, b) => a.at - b.at).map((one) => job(one.at, one.for, `p${one.lane}`)));
    fc.assert(
      fc.property(jobs, fc.integer({ min: 1, max: 3 }), (all, few) => {
        expect(replay(all, slots(4))).toBeLessThanOrEqual(replay(all, slots(few)));
      }),
    );
  });

  it("with one slot matches queueing theory", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(9), fc.nat(9)), { maxLength: 50 }), (steps) => {
        let atNs = 0;
        const all = steps.map(([gap, run]) => {
          atNs += gap;
          return job(atNs, run);
        });
        let waitNs = 0;
        let sum = 0;
        // Lindley's recursion.
        all.forEach(({ arrivalNs }, n) => {
          const before = all[n - 1];
          waitNs = before ? Math.max(0, waitNs + before.runNs - (arrivalNs - before.arrivalNs)) : 0;
          sum += waitNs;
        });
        expect(replay(all, slots(1))).toBe(sum);
      }),
    );
  });
});
