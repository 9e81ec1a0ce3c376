import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import { hash32 } from "../shared/pipeline/seed.ts";
import type { OperationSpan } from "../shared/pipeline/stages.ts";
import type { Intensity, OperationName, Profile, WorkloadType } from "../shared/pipeline/workload-names.ts";
import { operationFor, operations } from "./operations.ts";

/** One operation to run. The same `items` and `seed` mean the same work and the same checksum on every machine. */
export type Choice = {
  readonly span: OperationSpan;
  readonly type: WorkloadType;
  readonly intensity: Intensity;
  readonly operation: OperationName;
  /** Size after scaling: items, Redis operations or lines. */
  readonly items: number;
  /** Seed of the operation, uint32. */
  readonly seed: number;
};

/**
 * Draws the operation of a span from the order's seed (uint32) and the span's name only. `forced` replaces the operation that
 * the profile would have drawn; its size and seed are still drawn. `scale` multiplies the size, which stays at least 1.
 */
export function choose(options: {
  profile: Profile;
  span: OperationSpan;
  seed: number;
  scale: number;
  forced?: OperationName | undefined;
}): Choice {
  const { profile, span, scale } = options;
  const random = xoroshiro128plus(hash32(options.seed, span));
  // Every value is drawn, even if unused, so that forcing an operation does not change the others.
  const seed = random.next() >>> 0;
  const type: WorkloadType =
    uniform(random, profile.cpu + profile.io) < profile.cpu ? "cpu_heavy" : "io_heavy";
  const intensity = profile.intensities[uniformInt(random, 0, profile.intensities.length - 1)];
  if (intensity === undefined) throw new RangeError("A profile has at least one intensity.");
  const operation = options.forced ?? operationFor(type, intensity);
  const spec = operations[operation];
  const drawn = uniformInt(random, spec.min, spec.max);
  return {
    span,
    type: spec.type,
    intensity: spec.intensity,
    operation,
    items: Math.max(1, Math.round(drawn * scale)),
    seed,
  };
}

/** Uniform in [0, below). Not an integer, since ratios may be fractions such as 0.7:0.3. */
function uniform(random: { next(): number }, below: number): number {
  return ((random.next() >>> 0) / 2 ** 32) * below;
}
