import { describe, expect, it } from "vitest";
import { containerReading, usedMemoryBytes } from "./container-reading.ts";

const container = { name: "kafka", service: "kafka", id: "a" };

describe("memory of a container", () => {
  it("leaves out droppable file cache, in either version of cgroups", () => {
    expect(usedMemoryBytes(1000, { total_inactive_file: 300, inactive_file: 100 })).toBe(700);
    expect(usedMemoryBytes(1000, { inactive_file: 100 })).toBe(900);
  });

  it("is the total when that figure is missing or impossible", () => {
    expect(usedMemoryBytes(1000, { inactive_file: 1000 })).toBe(1000);
    expect(usedMemoryBytes(1000, { total_inactive_file: 2000, inactive_file: 100 })).toBe(900);
    expect(usedMemoryBytes(1000, {})).toBe(1000);
  });
});

/** The answer of an engine with cgroups version 2, shortened. */
const answer = {
  read: "2026-11-21T08:18:35.5Z",
  cpu_stats: { cpu_usage: { total_usage: 7e9 }, system_cpu_usage: 90e9, online_cpus: 2 },
  memory_stats: { usage: 1000, limit: 4000, stats: { inactive_file: 100 } },
  pids_stats: { current: 14 },
  networks: { eth0: { rx_bytes: 1, tx_bytes: 2 }, eth1: { rx_bytes: 10, tx_bytes: 20 } },
  blkio_stats: {
    io_service_bytes_recursive: [
      { op: "read", value: 5 },
      { op: "Write", value: 6 },
      { op: "Total", value: 11 },
    ],
  },
};

describe("the engine's statistics", () => {
  it("become a reading", () => {
    expect(containerReading(container, answer)).toEqual({
      ...container,
      timeMs: Date.parse("2026-11-21T08:18:35.500Z"),
      cpuNs: 7e9,
      machine: { cpuNs: 90e9, cores: 2 },
      memoryBytes: 900,
      memoryLimitBytes: 4000,
      net: { receivedBytes: 11, sentBytes: 22 },
      block: { readBytes: 5, writtenBytes: 6 },
      pids: 14,
    });
  });

  it("count the cores by their figures when an old engine does not report the number", () => {
    const cpu_stats = { cpu_usage: { total_usage: 1, percpu_usage: [1, 0, 0] }, system_cpu_usage: 9 };
    expect(containerReading(container, { ...answer, cpu_stats })?.machine?.cores).toBe(3);
  });

  it("give no reading for a container that does not run", () => {
    const stopped = {
      read: "0001-01-01T00:00:00Z",
      cpu_stats: { cpu_usage: {} },
      memory_stats: {},
      networks: null,
    };
    expect(containerReading(container, stopped)).toBeUndefined();
    expect(containerReading(container, undefined)).toBeUndefined();
  });
});
