import { z } from "zod";
import { byStage, operationSpans } from "./stages.ts";
import { intensities, operationNames, workloadTypes } from "./workload-names.ts";

/** Operation to run in a span instead of the drawn one. */
const workload = z.partialRecord(z.enum(operationSpans), z.enum(operationNames));

/** Largest seed: an unsigned 32-bit integer. */
export const maxSeed = 2 ** 32 - 1;
const seed = z.number().int().min(0).max(maxSeed);

/** Body of POST /order. Unknown fields are refused: otherwise a misspelt `workload` would be ignored silently. */
export const orderRequest = z.strictObject({
  item: z
    .string()
    .max(100, "must have at most 100 characters")
    .refine((item) => item.trim() !== "", "must not be empty")
    .refine((item) => !/\p{Cc}|\p{Cs}/u.test(item), "must not contain control characters"),
  quantity: z
    .number()
    .refine(
      (n) => Number.isInteger(n) && n >= 1 && n <= 1_000_000,
      "must be a whole number from 1 to 1,000,000",
    ),
  seed: seed.optional(),
  workload: workload.optional(),
});
export type OrderRequest = z.infer<typeof orderRequest>;

/** The result of one operation, as the stages pass it on. The same seed always gives the same `checksum`. */
export const operationResult = z.object({
  span: z.enum(operationSpans),
  type: z.enum(workloadTypes),
  intensity: z.enum(intensities),
  operation: z.enum(operationNames),
  items: z.number(),
  checksum: z.string(),
  runMs: z.number(),
});
export type OperationResult = z.infer<typeof operationResult>;

/** The section that a stage adds to an order; times are ISO 8601 in UTC. */
const stageSection = z.object({
  startedAt: z.iso.datetime(),
  endedAt: z.iso.datetime(),
  operations: z.array(operationResult),
});
export type StageSection = z.infer<typeof stageSection>;

/**
 * Value of every message in the pipeline. Each stage adds a section under its name and keeps all other fields, including
 * unknown ones.
 */
export const orderMessage = z.looseObject({
  orderId: z.uuid(),
  item: z.string().min(1),
  quantity: z.number().int().min(1),
  acceptedAt: z.iso.datetime(),
  seed,
  workload: workload.optional(),
  ...byStage(() => stageSection.optional()),
});
export type Order = z.infer<typeof orderMessage>;

/** The fields of an order that decide its work. */
export type OrderWork = Pick<Order, "orderId" | "seed" | "workload">;
