import { expect, it } from "vitest";
import { usageOver } from "./usage-over.ts";

const samples = [100, 0, 200, 50].map((cpuPercent, n) => ({
  atMs: 1000 * (n + 1),
  cpuPercent,
  memoryBytes: 10 * (n + 1),
}));

it("weights a sample by how much of its time is inside the interval", () => {
  expect(usageOver(samples, 1500, 3500)).toEqual({
    cpuPercent: (500 * 0 + 1000 * 200 + 500 * 50) / 2000,
    maxCpuPercent: 200,
    maxMemoryBytes: 40,
  });
});

it("uses the sample that covers an interval between two samples", () => {
  expect(usageOver(samples, 2400, 2410)).toEqual({ cpuPercent: 200, maxCpuPercent: 200, maxMemoryBytes: 30 });
});

it("is undefined where no sample covers the interval, also in a gap", () => {
  expect(usageOver(samples, 5000, 6000)).toBeUndefined();
  const late = { atMs: 60_000, cpuPercent: 100, memoryBytes: 1 };
  expect(usageOver([...samples, late], 10_000, 20_000)).toBeUndefined();
  expect(usageOver([...samples, late], 59_000, 60_000)?.cpuPercent).toBe(100);
});
