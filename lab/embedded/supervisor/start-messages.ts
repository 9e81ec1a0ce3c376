import { z } from "zod";
import { serviceNames } from "../../../shared/pipeline/stages.ts";
import { runningWay } from "../infra/way.ts";

/** What `start` tells the supervisor over IPC; settings travel in the environment. */
export const planSchema = z.object({
  way: runningWay,
  replicas: z.record(z.enum(serviceNames), z.number().int().min(0)),
});

export type Plan = z.output<typeof planSchema>;

/** What the supervisor tells `start` until everything is ready, or nothing is left. */
export const newsSchema = z.discriminatedUnion("news", [
  z.object({ news: z.literal("done"), text: z.string() }),
  z.object({ news: z.literal("waiting"), text: z.string() }),
  z.object({ news: z.literal("up") }),
  z.object({ news: z.literal("failed"), text: z.string() }),
]);

export type News = z.output<typeof newsSchema>;
