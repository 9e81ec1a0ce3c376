import { describe, expect, it } from "vitest";
import { createBudget } from "./cpu-budget.ts";

/** Keeps the processor busy for so long, ms of its time. */
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
    const budget = createBudget({ mostWaitMs: 10_000 });
    expect(await budget.run(() => "done")).toBe("done");
    await budget.run(() => work(20));
    expect(budget.isResting()).toBe(true);
    const restsMs = performance.now();
    await budget.run(() => {});
    expect(performance.now() - restsMs).toBeGreaterThan(150);
  });

  it("keeps nobody waiting for longer than a bound, nor fails for what failed before", async () => {
    const budget = createBudget({ mostWaitMs: 10 });
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
