import { describe, expect, it } from "vitest";
import { ms, run, segmentsOf } from "../run.fixture.ts";
import type { Run } from "../run.ts";

describe("a gap between two runs of a lane is charged to", () => {
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
    const slots = { concurrency: 2, assignedNs: 0 };
    expect(
      segmentsOf(
        run({ ...slots, lane: "p1", offset: 7, at: 0, for: 100 }),
        run({ ...slots, lane: "p2", offset: 8, at: 0, for: 120 }),
        run({ ...slots, offset: 1, at: 101, for: 1, available: 40 }),
      ),
    ).toEqual(["capacity 60 #7 #8", "transport 1 likely"]);
  });

  it("another partition as likely when no span shows that the consumer had this one then", () => {
    const slots = { concurrency: 1 };
    const before = run({ ...slots, lane: "p1", offset: 7, at: 0, for: 100 });
    const head = { ...slots, offset: 1, at: 102, for: 1, available: 40 };
    expect(segmentsOf(before, run(head))).toEqual(["same-consumer 60 #7 likely", "transport 2 likely"]);
    expect(segmentsOf(before, run({ ...head, assignedNs: 0 }))[0]).toBe("same-consumer 60 #7");
  });

  it("an earlier attempt as likely when the partition may have been lost, or a slot or a batch awaited, before the next", () => {
    const behind = (known: Partial<Run>) =>
      segmentsOf(
        run({ offset: 1, at: 100, for: 30 }),
        run({ offset: 1, at: 240, for: 20, ...known }),
        run({ offset: 2, at: 260, for: 1, available: 130 }),
      )[0];
    expect(behind({ concurrency: 1 })).toBe("same-partition 110 #1 likely");
    expect(behind({ assignedNs: 0, fetchedNs: 238 * ms })).toBe("same-partition 110 #1 likely");
    expect(behind({ assignedNs: 0, concurrency: 2 })).toBe("same-partition 110 #1 likely");
    expect(behind({ assignedNs: 0, concurrency: 1 })).toBe("same-partition 110 #1");
    expect(behind({ assignedNs: 0, concurrency: 2, fetchedNs: 238 * ms })).toBe("same-partition 110 #1");
  });

  it("all slots that were seen, as likely, when the consumer does not report their number", () => {
    expect(
      segmentsOf(
        run({ lane: "p1", offset: 7, at: 0, for: 100 }),
        run({ lane: "p2", offset: 8, at: 0, for: 100 }),
        run({ offset: 1, at: 101, for: 1, available: 40 }),
      ),
    ).toEqual(["capacity 60 #7 #8 likely", "transport 1 likely"]);
  });

  it("the batch that kept the client from fetching", () => {
    const slots = { concurrency: 3, assignedNs: 0 };
    expect(
      segmentsOf(
        run({ ...slots, lane: "p1", offset: 7, at: 0, for: 100 }),
        run({ ...slots, offset: 0, at: 106, for: 1, available: 40, fetchedNs: 104 * ms }),
      ),
    ).toEqual(["fetch-barrier 60 #7", "transport 6"]);
  });

  it("that batch as likely when the message before is missing and may have run", () => {
    const slots = { concurrency: 3, assignedNs: 0 };
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
    const slots = { concurrency: 3, assignedNs: 0, fetchedNs: 0 };
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
    const slots = { concurrency: 3, assignedNs: 0 };
    expect(
      segmentsOf(
        run({ ...slots, lane: "p1", offset: 7, at: 0, for: 100 }),
        run({ ...slots, lane: "p2", offset: 9, at: 52, for: 1, fetchedNs: 50 * ms }),
        run({ ...slots, offset: 0, at: 106, for: 1, available: 60, fetchedNs: 104 * ms }),
      ),
    ).toEqual(["fetch-barrier 40 #7 likely", "transport 6"]);
  });

  it("no batch that ended long before the fetch", () => {
    const slots = { concurrency: 3, assignedNs: 0 };
    expect(
      segmentsOf(
        run({ ...slots, lane: "p1", offset: 7, at: 0, for: 100 }),
        run({ ...slots, offset: 1, at: 306, for: 1, available: 60, fetchedNs: 304 * ms }),
      ),
    ).toEqual(["unexplained 246"]);
  });

  it("no barrier when the message had been fetched and a slot was free", () => {
    const slots = { concurrency: 3, assignedNs: 0 };
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
        run({ consumer: "a", lane: "p2", offset: 3, at: 450, for: 1 }),
        run({ lane: "p1", offset: 7, at: 0, for: 800, assignedNs: 0 }),
        run({ offset: 2, at: 803, for: 1, available: 40, assignedNs }),
      ),
    ).toEqual([
      "rebalance 410",
      "same-consumer 1 #3 likely",
      "rebalance 49",
      "same-consumer 300 #7 likely",
      "transport 3",
    ]);
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
        run({ ...slots, consumer: "a", lane: "p1", offset: 8, at: 450, for: 1 }),
        head,
      ),
    ).toEqual(["rebalance 60 likely", "rebalance 350", "rebalance 1 likely", "rebalance 49", "transport 2"]);
  });

  it("a rebalance as likely when the former owner may have died with the message", () => {
    const head = run({ offset: 2, at: 503, for: 1, available: 40, assignedNs: 500 * ms });
    expect(segmentsOf(run({ consumer: "a", offset: 1, at: 0, for: 10, assignedNs: 0 }), head)).toEqual([
      "rebalance 460 likely",
      "transport 3",
    ]);
  });

  it("a rebalance as likely when the former owner was restarted under the same name", () => {
    const assignedNs = 500 * ms;
    expect(
      segmentsOf(
        run({ offset: 1, at: 0, for: 10, assignedNs: 0 }),
        run({ offset: 2, at: 503, for: 1, available: 40, assignedNs }),
      ),
    ).toEqual(["rebalance 460 likely", "transport 3"]);
  });

  it("the former owner's other work before the partition moved, as likely", () => {
    expect(
      segmentsOf(
        run({ consumer: "a", offset: 1, at: 0, for: 10, assignedNs: 0 }),
        run({ consumer: "a", lane: "p1", offset: 7, at: 10, for: 90, assignedNs: 0 }),
        run({ consumer: "a", lane: "p1", offset: 8, at: 110, for: 1, assignedNs: 0 }),
        run({ consumer: "b", offset: 2, at: 130, for: 1, available: 40, assignedNs: 120 * ms }),
      ),
    ).toEqual([
      "same-consumer 60 #7 likely",
      "rebalance 10",
      "same-consumer 1 #8 likely",
      "rebalance 9",
      "transport 10",
    ]);
  });

  it("a likely rebalance when the owner changed and no span shows when", () => {
    expect(
      segmentsOf(
        run({ consumer: "a", offset: 1, at: 0, for: 10 }),
        run({ consumer: "b", offset: 2, at: 300, for: 1, available: 40 }),
      ),
    ).toEqual(["rebalance 260 likely"]);
  });
});
