import { expect, it } from "vitest";
import { statsTable } from "./stats-table.ts";

const sample = {
  time: "2026-11-21T08:18:35.500Z",
  name: "notification-service-1",
  service: "notification-service",
  cpuPercent: 187.4,
  memoryBytes: 143.12 * 1024 ** 2,
  memoryLimitBytes: 1024 ** 3,
  memoryPercent: 13.976,
  netReceivedBytes: 77_712,
  netSentBytes: 1_346_000,
  blockReadBytes: 0,
  blockWrittenBytes: 0,
  pids: 14,
};

it("prints the table of docker stats", () => {
  expect(statsTable([sample], 120).split("\n")).toEqual([
    "NAME                     CPU %     MEM USAGE / LIMIT   MEM %    NET I/O           BLOCK I/O   PIDS",
    "notification-service-1   187.40%   143.1MiB / 1GiB     13.98%   77.7kB / 1.35MB   0B / 0B     14",
  ]);
});

it("leaves out network and disk where they do not fit", () => {
  const lines = statsTable([sample], 80).split("\n");
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
  expect(lines[0]).not.toContain("I/O");
});
