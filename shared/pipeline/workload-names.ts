/** Names that orders, settings and spans share. The operations themselves are in workloads/. */
export const intensities = ["light", "medium", "heavy", "severe"] as const;
export type Intensity = (typeof intensities)[number];

export const workloadTypes = ["cpu_heavy", "io_heavy"] as const;
export type WorkloadType = (typeof workloadTypes)[number];

export const operationNames = [
  "json_processing",
  "hash_computation",
  "intensive_prime_computation",
  "extreme_cpu_computation",
  "redis_basic",
  "file_and_redis",
  "intensive_io_operations",
  "extreme_io_operations",
] as const;
export type OperationName = (typeof operationNames)[number];

/** How a service draws its work: the ratio of CPU to I/O operations, and the intensities, which are equally likely. */
export type Profile = {
  readonly cpu: number;
  readonly io: number;
  readonly intensities: readonly Intensity[];
};
