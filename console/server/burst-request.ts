import { z } from "zod";
import { maxSeed } from "../../shared/pipeline/order.ts";

/** Limits for a page on a laptop; `./holdup burst` has higher ones. */
const maxOrders = 1_000;
const maxPerSecond = 100;

const whole = (min: number, max: number) => {
  const message = `must be a whole number from ${min} to ${max}`;
  return z.number(message).refine((n) => Number.isInteger(n) && n >= min && n <= max, message);
};
const rateMessage = `must be from 0.1 to ${maxPerSecond} orders a second`;

/** Body of POST /api/bursts. */
export const burstRequest = z
  .strictObject({
    count: whole(1, maxOrders),
    rate: z
      .number(rateMessage)
      .refine((n) => n >= 0.1 && n <= maxPerSecond, rateMessage)
      .optional(),
    items: whole(1, maxOrders).optional(),
    seed: whole(0, maxSeed).optional(),
    force: z
      .array(z.string().max(200), "must be a list of strings")
      .max(100, "must have at most 100 entries")
      .optional(),
  })
  .refine(({ count, rate }) => rate !== undefined || count <= maxPerSecond, {
    path: ["rate"],
    message: `is required for more than ${maxPerSecond} orders: ${rateMessage}`,
  });
export type BurstRequest = z.infer<typeof burstRequest>;
