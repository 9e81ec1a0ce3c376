import { z } from "zod";

/** How the supervisor runs Kafka and Redis, once everything is fetched. */
export const runningWay = z.discriminatedUnion("way", [
  z.object({ way: z.literal("external") }),
  z.object({
    way: z.literal("local"),
    java: z.string(),
    fetched: z.object({ dir: z.string(), redis: z.string(), jars: z.array(z.string()).readonly() }),
  }),
  z.object({ way: z.literal("docker"), docker: z.string() }),
]);

export type AnyWay = z.output<typeof runningWay>;
export type RunningWay = Exclude<AnyWay, { way: "external" }>;
