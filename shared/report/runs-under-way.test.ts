import { describe, expect, it } from "vitest";
import { createRunsUnderWay } from "./runs-under-way.ts";

const nowMs = 100_000;
const place = { partition: 1, offset: 41, startedAtMs: 98_000, availableAtMs: 90_000 };
const hash = { operation: "hash_computation", intensity: "medium", runMs: 300 };
const severe = { orderId: "a", operation: "extreme_cpu_computation", intensity: "severe", sinceMs: 99_000 };

function begun(handling: Parameters<ReturnType<typeof createRunsUnderWay>["begin"]>[0]["handling"]) {
  const runs = createRunsUnderWay("orders");
  const end = runs.begin({ ...place, handling });
  return { runs, end };
}

describe("the runs under way", () => {
  it("have the longest operation, be it one that ended or the one that runs", () => {
    const { runs } = begun({ orderId: "a", longest: hash });
    expect(runs.list([severe], nowMs)).toEqual([
      {
        orderId: "a",
        topic: "orders",
        ...place,
        operation: "extreme_cpu_computation",
        intensity: "severe",
      },
    ]);
    expect(runs.list([{ ...severe, sinceMs: 99_900 }], nowMs)).toMatchObject([
      { operation: "hash_computation" },
    ]);
    expect(runs.list([], nowMs)).toMatchObject([{ operation: "hash_computation", intensity: "medium" }]);
  });

  it("take no operation of another order for their own", () => {
    const { runs } = begun({ orderId: "b", longest: undefined });
    expect(runs.list([severe], nowMs)).toEqual([{ orderId: "b", topic: "orders", ...place }]);
  });

  it("show what is learnt after they began, and end", () => {
    const handling: { orderId: string | undefined; longest: undefined } = {
      orderId: undefined,
      longest: undefined,
    };
    const { runs, end } = begun(handling);
    expect(runs.list([], nowMs)[0]).not.toHaveProperty("orderId");
    handling.orderId = "late";
    expect(runs.list([], nowMs)).toMatchObject([{ orderId: "late" }]);
    end();
    expect(runs.list([], nowMs)).toEqual([]);
  });
});
