import { describe, expect, it } from "vitest";
import { createCpuBudget } from "./cpu-budget.ts";

/** Uses `ms` of CPU time. */
function work(ms: number): number {
  const before = process.threadCpuUsage();
  let n = 0;
  for (;;) {
    n += 1;
    const { user, system } = process.threadCpuUsage(before);
    if (user + system >= ms * 1000) return n;
  }
}

describe("heavy work", () => {
  it("is followed by a rest nine times as long", async () => {
    const budget = createCpuBudget({ maxWaitMs: 10_000 });
    expect(await budget.run(() => "done")).toBe("done");
    await budget.run(() => work(20));
    expect(budget.isResting()).toBe(true);
    const restsMs = performance.now();
    await budget.run(() => {});
    expect(performance.now() - restsMs).toBeGreaterThan(150);
  });

  it("waits at most a bound for the rest, also after work that failed", async () => {
    const budget = createCpuBudget({ maxWaitMs: 10 });
    const failed = budget.run(() => {
      work(500);
      throw new Error("broken");
    });
    await expect(failed).rejects.toThrow("broken");
    const beforeMs = performance.now();
    await budget.run(() => {});
    expect(performance.now() - beforeMs).toBeLessThan(4_000);
  });
});
