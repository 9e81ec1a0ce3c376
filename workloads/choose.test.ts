import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { operationSpans } from "../shared/pipeline/stages.ts";
import { intensities, operationNames, type Profile } from "../shared/pipeline/workload-names.ts";
import { choose } from "./choose.ts";
import { operations } from "./operations.ts";

const processing: Profile = { cpu: 70, io: 30, intensities: ["medium", "heavy", "severe"] };
const seeds = fc.integer({ min: 0, max: 2 ** 32 - 1 });
const spans = fc.constantFrom(...operationSpans);

describe("choose", () => {
  it("draws the same for the same seed on every machine", () => {
    const named = [
      "input_validation",
      "audit_logging",
      "data_transformation",
      "business_logic",
      "message_formatting",
      "data_analysis",
    ] as const;
    const drawn = named.map((span) => choose({ profile: processing, span, seed: 7, scale: 1 }));
    expect(drawn.map(({ operation, items, seed }) => `${operation} ${items} ${seed}`)).toMatchInlineSnapshot(`
      [
        "hash_computation 1300 2822482563",
        "intensive_io_operations 12734 30091394",
        "intensive_prime_computation 63505 3563951359",
        "hash_computation 4369 3214754425",
        "intensive_io_operations 7034 9542270",
        "intensive_io_operations 11933 3323567788",
      ]
    `);
  });

  it("draws CPU and I/O operations by the profile's ratio, and intensities equally", () => {
    const profiles = fc.record({
      cpu: fc.integer({ min: 0, max: 100 }),
      intensities: fc.subarray([...intensities], { minLength: 1 }),
      firstSeed: seeds,
    });
    fc.assert(
      fc.property(profiles, ({ cpu, intensities, firstSeed }) => {
        const profile = { cpu, io: 100 - cpu, intensities };
        const draws = 4000;
        const counts: Record<string, number> = {};
        for (let i = 0; i < draws; i++) {
          const seed = (firstSeed + i) >>> 0;
          const { type, intensity } = choose({ profile, span: "business_logic", seed, scale: 1 });
          counts[type] = (counts[type] ?? 0) + 1;
          counts[intensity] = (counts[intensity] ?? 0) + 1;
        }
        // Five standard deviations of a fair draw.
        const tolerance = 5 * Math.sqrt(0.25 / draws);
        expect(Math.abs((counts["cpu_heavy"] ?? 0) / draws - cpu / 100)).toBeLessThan(tolerance);
        for (const intensity of intensities) {
          expect(Math.abs((counts[intensity] ?? 0) / draws - 1 / intensities.length)).toBeLessThan(tolerance);
        }
      }),
      { seed: 20_261_121, numRuns: 30 },
    );
  });

  it("stays within the table's sizes and reaches both bounds", () => {
    for (const operation of operationNames) {
      const { min, max } = operations[operation];
      const sizes = Array.from(
        { length: 3000 },
        (_, seed) =>
          choose({ profile: processing, span: "data_analysis", seed, scale: 1, forced: operation }).items,
      );
      const edge = (max - min) / 100;
      expect(Math.min(...sizes)).toBeGreaterThanOrEqual(min);
      expect(Math.min(...sizes)).toBeLessThanOrEqual(min + edge);
      expect(Math.max(...sizes)).toBeLessThanOrEqual(max);
      expect(Math.max(...sizes)).toBeGreaterThanOrEqual(max - edge);
    }
  });

  it("draws the operation that an order forces, whatever the profile", () => {
    const lightCpuOnly: Profile = { cpu: 1, io: 0, intensities: ["light"] };
    fc.assert(
      fc.property(seeds, spans, fc.constantFrom(...operationNames), (seed, span, forced) => {
        const choice = choose({ profile: lightCpuOnly, span, seed, scale: 1, forced });
        const { type, intensity } = operations[forced];
        expect(choice).toMatchObject({ span, type, intensity, operation: forced });
      }),
      { seed: 1 },
    );
  });

  it("gives a forced operation the size and seed of a drawn one", () => {
    fc.assert(
      fc.property(seeds, spans, (seed, span) => {
        const drawn = choose({ profile: processing, span, seed, scale: 1 });
        const forced = choose({ profile: processing, span, seed, scale: 1, forced: drawn.operation });
        expect(forced).toEqual(drawn);
      }),
      { seed: 2 },
    );
  });

  it("draws independently for each span", () => {
    const own = operationSpans.map((span) => choose({ profile: processing, span, seed: 1, scale: 1 }).seed);
    expect(new Set(own).size).toBe(operationSpans.length);
  });

  it("multiplies sizes by the scale and leaves at least one item", () => {
    const sized = (scale: number) =>
      choose({
        profile: processing,
        span: "data_analysis",
        seed: 5,
        scale,
        forced: "extreme_cpu_computation",
      }).items;
    expect(sized(0.01)).toBe(Math.round(sized(1) / 100));
    expect(sized(2)).toBe(sized(1) * 2);
    expect(sized(1e-9)).toBe(1);
  });
});
