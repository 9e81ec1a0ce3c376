import { expect, it } from "vitest";
import { readTruth, trueBlames } from "./truth.ts";

type Handling = { c?: string; p: number; o: number; s: number; e: number; b?: number };

/** A log of messages that were sent and acknowledged at 0 s. */
function logOf(...handlings: readonly Handling[]): string {
  const events = handlings.flatMap(({ c = "billing-1", ...handling }, id) => [
    { ev: "sent", id, topic: "orders", t: 0 },
    { ev: "acked", id, topic: "orders", p: handling.p, o: handling.o, t: 0 },
    { ev: "handled", c, id, topic: "orders", ...handling },
  ]);
  return events.map((event) => JSON.stringify(event)).join("\n");
}

/** What each message waited for, as `partition/offset: ms`. */
function blamesOf(log: string): string[][] {
  return [...trueBlames(readTruth(log)).values()].map((blames) =>
    blames.map(({ blocker, ms }) => `${blocker.partition}/${blocker.offset}: ${ms}`),
  );
}

it("blames what a consumer handled before, whatever its partition", () => {
  expect(blamesOf(logOf({ p: 0, o: 0, s: 0, e: 3 }, { p: 1, o: 0, s: 3, e: 4 }))).toEqual([
    [],
    ["0/0: 3000"],
  ]);
});

it("does not blame another partition of a consumer that handles several at a time", () => {
  const log = logOf({ p: 0, o: 0, s: 0, e: 3 }, { p: 1, o: 0, s: 0, e: 1 }, { p: 1, o: 1, s: 1, e: 2 });
  expect(blamesOf(log)).toEqual([[], [], ["1/0: 1000"]]);
});

it("ends the wait of a message in a batch when the batch is handed over", () => {
  const log = logOf(
    { p: 0, o: 0, b: 0, s: 0, e: 3 },
    { p: 0, o: 1, b: 3, s: 3, e: 5 },
    { p: 0, o: 2, b: 3, s: 5, e: 6 },
  );
  expect(blamesOf(log)).toEqual([[], ["0/0: 3000"], ["0/0: 3000"]]);
});
