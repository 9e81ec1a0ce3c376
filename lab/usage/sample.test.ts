import { describe, expect, it } from "vitest";
import type { Reading } from "./reading.ts";
import { cpuPercent, sampleOf, samplesOf } from "./sample.ts";

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
  it("is percent of one core, by the clock", () => {
    const now = { ...first, timeMs: first.timeMs + 1000, cpuNs: first.cpuNs + 1_500_000_000 };
    expect(cpuPercent(first, now)).toBeCloseTo(150);
  });

  it("goes by the machine's count of time where that is known, as docker stats does", () => {
    const before = { ...first, machine: { cpuNs: 100e9, cores: 4 } };
    // The clock says two seconds; all four cores together had 4 s to give, which is one second each.
    const machine = { cpuNs: 104e9, cores: 4 };
    const now = { ...before, timeMs: first.timeMs + 2000, cpuNs: first.cpuNs + 1_870_000_000, machine };
    expect(cpuPercent(before, now)).toBeCloseTo(187);
  });

  it("is 0 when no time has passed, or the count went back", () => {
    expect(cpuPercent(first, first)).toBe(0);
    expect(cpuPercent(first, { ...first, timeMs: first.timeMs + 1000, cpuNs: 0 })).toBe(0);
  });
});

describe("a sample", () => {
  it("has the columns of docker stats, and none that is not known", () => {
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

  it("waits for a second reading of what is new or was started again", () => {
    const anew = { ...first, id: "b", timeMs: first.timeMs + 1000 };
    expect(samplesOf([first], [anew, { ...first, name: "redis" }])).toEqual([]);
    expect(samplesOf([anew], [anew])).toHaveLength(1);
  });
});
