import { describe, expect, it } from "vitest";
import { runReports } from "./run-reports.ts";

const nowMs = 100_000;
const place = { partition: 1, offset: 41, startedAtMs: 98_000 };
const hash = { operation: "hash_computation", intensity: "medium", runMs: 300 };
const severe = { orderId: "a", operation: "extreme_cpu_computation", intensity: "severe", sinceMs: 99_000 };

function reportsOf(
  handled: { orderId: string | undefined; longest?: typeof hash; recordTimeMs?: number },
  operations: readonly (typeof severe)[] = [],
) {
  const delivery = { ...place, recordTimeMs: 90_000, longest: undefined, ...handled };
  return runReports("orders", [delivery], operations, nowMs);
}

describe("the reports of what is being handled", () => {
  it("have the longest operation, ended or still running", () => {
    const handled = { orderId: "a", longest: hash };
    expect(reportsOf(handled, [severe])).toEqual([
      {
        orderId: "a",
        topic: "orders",
        ...place,
        availableAtMs: 90_000,
        operation: "extreme_cpu_computation",
        intensity: "severe",
      },
    ]);
    expect(reportsOf(handled, [{ ...severe, sinceMs: 99_900 }])).toMatchObject([
      { operation: "hash_computation" },
    ]);
    expect(reportsOf(handled)).toMatchObject([{ operation: "hash_computation", intensity: "medium" }]);
  });

  it("leave out the operation of another order", () => {
    expect(reportsOf({ orderId: "b" }, [severe])).toEqual([
      { orderId: "b", topic: "orders", ...place, availableAtMs: 90_000 },
    ]);
  });

  it("have no available time when the record has none", () => {
    expect(reportsOf({ orderId: "a", recordTimeMs: -1 })).toEqual([
      { orderId: "a", topic: "orders", ...place },
    ]);
  });

  it("have no order until the message has been read", () => {
    expect(reportsOf({ orderId: undefined })[0]).not.toHaveProperty("orderId");
  });
});
