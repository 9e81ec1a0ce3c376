import type { Redis } from "../shared/redis.ts";
import { hashComputation } from "./cpu/hash.ts";
import { jsonProcessing } from "./cpu/json-processing.ts";
import {
  heavyEffort as heavyCpu,
  primeComputation,
  severeEffort as severeCpu,
} from "./cpu/prime-computation.ts";
import { fileAndRedis, heavyEffort, mediumEffort, severeEffort } from "./io/file-and-redis.ts";
import { redisBasic } from "./io/redis-basic.ts";
import type { SliceTask } from "./slice.ts";

/**
 * Does the work of a slice in this thread; returns its digest, which depends only on operation, items, seed and slice.
 * `redis` connects on first use, so that threads that never do I/O hold no connection.
 */
export async function runOperation(task: SliceTask, redis: () => Redis): Promise<string> {
  switch (task.operation) {
    case "json_processing":
      return jsonProcessing(task);
    case "hash_computation":
      return hashComputation(task);
    case "intensive_prime_computation":
      return primeComputation(task, heavyCpu);
    case "extreme_cpu_computation":
      return primeComputation(task, severeCpu);
    case "redis_basic":
      return redisBasic(task, redis());
    case "file_and_redis":
      return fileAndRedis(task, redis(), mediumEffort);
    case "intensive_io_operations":
      return fileAndRedis(task, redis(), heavyEffort);
    case "extreme_io_operations":
      return fileAndRedis(task, redis(), severeEffort);
  }
}
