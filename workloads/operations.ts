import type { Intensity, OperationName, WorkloadType } from "../shared/pipeline/workload-names.ts";

export type OperationSpec = {
  readonly type: WorkloadType;
  readonly intensity: Intensity;
  /** Items (CPU), Redis operations (`redis_basic`) or lines (other I/O), both bounds included, before scaling. */
  readonly min: number;
  readonly max: number;
  /** Slices that may run on several threads at once. Fixed, so that the result does not depend on the threads. */
  readonly slices: number;
  /** Memory that all running slices hold together, MiB before scaling. */
  readonly memoryMb: number;
};

const oneSlice = { slices: 1, memoryMb: 0 } as const;

export const operations: Readonly<Record<OperationName, OperationSpec>> = {
  json_processing: { type: "cpu_heavy", intensity: "light", min: 100, max: 100, ...oneSlice },
  hash_computation: { type: "cpu_heavy", intensity: "medium", min: 1000, max: 5000, ...oneSlice },
  intensive_prime_computation: {
    type: "cpu_heavy",
    intensity: "heavy",
    min: 50_000,
    max: 100_000,
    slices: 16,
    memoryMb: 0,
  },
  extreme_cpu_computation: {
    type: "cpu_heavy",
    intensity: "severe",
    min: 100_000,
    max: 200_000,
    slices: 16,
    memoryMb: 224,
  },
  redis_basic: { type: "io_heavy", intensity: "light", min: 5, max: 15, ...oneSlice },
  file_and_redis: { type: "io_heavy", intensity: "medium", min: 100, max: 500, ...oneSlice },
  intensive_io_operations: { type: "io_heavy", intensity: "heavy", min: 5000, max: 15_000, ...oneSlice },
  extreme_io_operations: { type: "io_heavy", intensity: "severe", min: 30_000, max: 60_000, ...oneSlice },
};

const byTypeAndIntensity: Readonly<Record<WorkloadType, Readonly<Record<Intensity, OperationName>>>> = {
  cpu_heavy: {
    light: "json_processing",
    medium: "hash_computation",
    heavy: "intensive_prime_computation",
    severe: "extreme_cpu_computation",
  },
  io_heavy: {
    light: "redis_basic",
    medium: "file_and_redis",
    heavy: "intensive_io_operations",
    severe: "extreme_io_operations",
  },
};

export function operationFor(type: WorkloadType, intensity: Intensity): OperationName {
  return byTypeAndIntensity[type][intensity];
}
