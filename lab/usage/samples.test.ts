import { describe, expect, it } from "vitest";
import { cpuPercent, type Reading, sampleOf, samplesOf } from "./samples.ts";

const first: Reading = {
  name: "kafka",
  service: "kafka",
  id: "a",
  timeMs: 1_800_000_000_000,
  cpuNs: 5_000_000_000,
  memoryBytes: 200,
  memoryLimitBytes: 800,
  net: undefined,
  block: { readBytes: 1, writtenBytes: 2 },
  pids: 88,
};

describe("CPU from two readings", () => {
  it("is a percentage of one core, by the clock", () => {
    const now = { ...first, timeMs: first.timeMs + 1000, cpuNs: first.cpuNs + 1_500_000_000 };
    expect(cpuPercent(first, now)).toBeCloseTo(150);
  });

  it("uses the machine's CPU time where it is known, as docker stats does", () => {
    const before = { ...first, machine: { cpuNs: 100e9, cores: 4 } };
    // Two seconds by the clock, but the four cores together counted 4 s of CPU time: one second each.
    const machine = { cpuNs: 104e9, cores: 4 };
    const now = { ...before, timeMs: first.timeMs + 2000, cpuNs: first.cpuNs + 1_870_000_000, machine };
    expect(cpuPercent(before, now)).toBeCloseTo(187);
  });

  it("is 0 when no time has passed, or the counter went back", () => {
    expect(cpuPercent(first, first)).toBe(0);
    expect(cpuPercent(first, { ...first, timeMs: first.timeMs + 1000, cpuNs: 0 })).toBe(0);
  });
});

describe("a sample", () => {
  it("has the columns of docker stats, without unknown ones", () => {
    const now = { ...first, timeMs: first.timeMs + 1000, cpuNs: first.cpuNs + 123_456_789 };
    expect(sampleOf(first, now)).toEqual({
      time: "2027-01-15T08:00:01.000Z",
      name: "kafka",
      service: "kafka",
      cpuPercent: 12.35,
      memoryBytes: 200,
      memoryLimitBytes: 800,
      memoryPercent: 25,
      blockReadBytes: 1,
      blockWrittenBytes: 2,
      pids: 88,
    });
  });

  it("needs a second reading of a process that is new or was restarted", () => {
    const restarted = { ...first, id: "b", timeMs: first.timeMs + 1000 };
    expect(samplesOf([first], [restarted, { ...first, name: "redis" }])).toEqual([]);
    expect(samplesOf([restarted], [restarted])).toHaveLength(1);
  });
});
