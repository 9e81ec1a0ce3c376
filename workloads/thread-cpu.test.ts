import { expect, it } from "vitest";
import { countedCpuMs, threadCpuMs } from "./thread-cpu.ts";

it("counts what a thread has just used, however short", () => {
  for (let n = 0; n < 500; n += 1) {
    const beforeMs = countedCpuMs();
    for (let sum = 0; sum < 20_000; sum += 1);
    expect(countedCpuMs()).toBeGreaterThan(beforeMs);
  }
});

it("never runs ahead of the kernel's own clock", () => {
  const countedMs = countedCpuMs();
  expect(threadCpuMs()).toBeGreaterThanOrEqual(countedMs);
});
