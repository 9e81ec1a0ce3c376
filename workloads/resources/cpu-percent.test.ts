import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cpuPercentOf } from "./cpu-percent.ts";

// The same cases every time; ORACLE_SEED tries others.
fc.configureGlobal({ seed: Number(process.env["ORACLE_SEED"] ?? 20_261_121) });

const reading = (atMs: number, cpuMs: number) => ({ atMs, cpuMs });

describe("the CPU percent of an operation", () => {
  it("is the same throughout without samples between start and end", () => {
    expect(cpuPercentOf([reading(0, 0), reading(20, 15)], { cpuMs: 15, runMs: 20 })).toEqual({
      avg: 75,
      max: 75,
      min: 75,
    });
  });

  it("has the highest and lowest interval as its bounds", () => {
    const readings = [reading(0, 0), reading(100, 200), reading(200, 210), reading(300, 310)];
    expect(cpuPercentOf(readings, { cpuMs: 310, runMs: 300 })).toEqual({
      avg: (310 / 300) * 100,
      max: 200,
      min: 10,
    });
  });

  it("joins a short last interval to the interval before it", () => {
    const readings = [reading(0, 0), reading(100, 100), reading(200, 200), reading(201, 206)];
    expect(cpuPercentOf(readings, { cpuMs: 206, runMs: 201 }).max).toBeCloseTo((106 / 101) * 100);
  });

  it("is 0 without readings", () => {
    expect(cpuPercentOf([], { cpuMs: 0, runMs: 0 })).toEqual({ avg: 0, max: 0, min: 0 });
  });

  it("has its average between its bounds, whatever the readings", () => {
    const steps = fc.array(
      fc.record({ ms: fc.integer({ min: 1, max: 300 }), cpu: fc.integer({ min: 0, max: 600 }) }),
    );
    fc.assert(
      fc.property(steps, (taken) => {
        const readings = [reading(0, 0)];
        for (const { ms, cpu } of taken) {
          const before = readings.at(-1) ?? reading(0, 0);
          readings.push(reading(before.atMs + ms, before.cpuMs + cpu));
        }
        const last = readings.at(-1) ?? reading(0, 0);
        const { avg, max, min } = cpuPercentOf(readings, { cpuMs: last.cpuMs, runMs: last.atMs });
        expect(min).toBeLessThanOrEqual(avg);
        expect(max).toBeGreaterThanOrEqual(avg);
      }),
    );
  });
});
