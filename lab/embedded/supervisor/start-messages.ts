import { z } from "zod";
import { serviceNames } from "../../../shared/pipeline/stages.ts";
import { infraRuntime } from "../infra/choose-infra.ts";

/** What `start` sends to the supervisor over IPC; settings are passed in the environment. */
export const planSchema = z.object({
  infra: infraRuntime,
  replicas: z.record(z.enum(serviceNames), z.number().int().min(0)),
});

export type Plan = z.output<typeof planSchema>;

/** What the supervisor sends to `start` until everything is ready, or has been ended again. */
export const startEvent = z.discriminatedUnion("event", [
  z.object({ event: z.literal("done"), text: z.string() }),
  z.object({ event: z.literal("waiting"), text: z.string() }),
  z.object({ event: z.literal("up") }),
  z.object({ event: z.literal("failed"), text: z.string() }),
]);

export type StartEvent = z.output<typeof startEvent>;
