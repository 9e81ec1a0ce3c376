/** What one process or container has used until now. Counters only grow while `id` stays. */
export type Reading = {
  /** `processing-service-2`, `kafka`. */
  readonly name: string;
  /** The service it is a replica of; for the rest, its name again. */
  readonly service: string;
  /** Another one after a restart. */
  readonly id: string;
  readonly timeMs: number;
  readonly cpuNs: number;
  /** What all cores of the machine had to give until now, and how many they are: what `docker stats` divides by. */
  readonly machine?: { readonly cpuNs: number; readonly cores: number };
  /** As `docker stats` counts it, without file cache that could be dropped; of a local process, resident memory. */
  readonly memoryBytes: number;
  /** The container's limit, or the machine's memory. */
  readonly memoryLimitBytes: number;
  readonly net: { readonly receivedBytes: number; readonly sentBytes: number } | undefined;
  readonly block: { readonly readBytes: number; readonly writtenBytes: number } | undefined;
  /** Threads, of all processes in a container: what the kernel limits, and `docker stats` calls PIDS. */
  readonly pids: number | undefined;
};
