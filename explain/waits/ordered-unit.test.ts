import { describe, expect, it } from "vitest";
import { ms, run, segmentsOf } from "./run.fixture.ts";

/** The consumer reports what it could handle, and since when it has the partition. */
const owned = { assignedNs: 0, concurrency: 1 };

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
    const alone = [1, 2, 3].map((offset) =>
      run({ offset, at: 5000 + offset * 20, for: 10, available: 0, ...owned }),
    );
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
        run({ offset: 1, at: 240, for: 1, available: 5, ...owned }),
      ),
    ).toEqual(["transport 5 likely", "retry 30 #1", "retry 200 #1"]);
  });

  it("the attempts and the back-off of the message ahead", () => {
    expect(
      segmentsOf(
        run({ offset: 1, at: 10, for: 30, available: 5 }),
        run({ offset: 1, at: 240, for: 20, available: 5, ...owned }),
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
