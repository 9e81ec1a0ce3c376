import { expect, it } from "vitest";
import { parseStats } from "./container-usage.ts";

const line = (MemUsage: string, CPUPerc: string) => JSON.stringify({ Name: "n", MemUsage, CPUPerc });

it("reads memory in the engine's units, and CPU as percent of one core", () => {
  expect(parseStats(line("312.5MiB / 23.4GiB", "187.40%"))).toEqual({
    residentBytes: 312.5 * 1024 ** 2,
    cpuPercent: 187.4,
  });
  expect(parseStats(line("1.5GiB / 23.4GiB", "0.00%"))?.residentBytes).toBe(1.5 * 1024 ** 3);
  expect(parseStats(line("900KiB / 23.4GiB", "0.00%"))?.residentBytes).toBe(900 * 1024);
});

it("knows nothing of a container that does not run", () => {
  expect(parseStats(line("0B / 0B", "0.00%"))).toBeUndefined();
  expect(parseStats(line("-- / --", "--"))).toBeUndefined();
});
