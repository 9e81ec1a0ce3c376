import { z } from "zod";

/** A delivery that is being handled. */
const runReport = z.object({
  /** Absent until the message has been read, and when it is not an order. */
  orderId: z.string().optional(),
  topic: z.string(),
  partition: z.number(),
  offset: z.number(),
  startedAtMs: z.number(),
  /** When the broker appended it. */
  availableAtMs: z.number().optional(),
  /** The longest so far, ended or still running. */
  operation: z.string().optional(),
  intensity: z.string().optional(),
});
export type RunReport = z.infer<typeof runReport>;

/** The report that a service writes about itself once a second. Times are ms since the Unix epoch. */
export const instanceReport = z.object({
  instance: z.string(),
  service: z.string(),
  startedAtMs: z.number(),
  restarts: z.number(),
  /** Percent of one core since the previous report. */
  cpuPercent: z.number(),
  memoryMb: z.number(),
  /** Whether both are the container's or the process's. */
  source: z.enum(["cgroup", "process"]),
  /** Longest delay of the event loop since the previous report. */
  loopDelayMs: z.number(),
  workers: z.object({ threads: z.number(), busy: z.number(), queued: z.number() }),
  runs: z.array(runReport),
});
export type InstanceReport = z.infer<typeof instanceReport>;

export type UsageSample = { readonly atMs: number; readonly cpuPercent: number; readonly memoryMb: number };

/** Names of all reporting instances; a set, because a search by pattern would scan the keys of all orders. */
export const instancesKey = "holdup:instances";
export const instanceKey = (instance: string) => `holdup:instance:${instance}`;
/** A list of `UsageSample` as `atMs,cpuPercent,memoryMb`, newest first. */
export const usageKey = (instance: string) => `holdup:usage:${instance}`;

export const reportEveryMs = 1000;
/** A service that has not reported for this long counts as stopped. */
export const reportTtlMs = 5000;
/** A quarter of an hour of samples. */
export const mostSamples = 900;
