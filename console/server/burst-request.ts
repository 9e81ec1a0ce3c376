import { z } from "zod";
import { maxSeed } from "../../shared/pipeline/order.ts";

/** What one page may do to a laptop; `./holdup burst` goes further. */
export const mostOrders = 1_000;
export const mostPerSecond = 100;

const whole = (min: number, max: number) => {
  const says = `must be a whole number from ${min} to ${max}`;
  return z.number(says).refine((n) => Number.isInteger(n) && n >= min && n <= max, says);
};
const rateSays = `must be from 0.1 to ${mostPerSecond} orders a second`;

/** Body of POST /api/bursts. */
export const burstRequest = z
  .strictObject({
    count: whole(1, mostOrders),
    rate: z
      .number(rateSays)
      .refine((n) => n >= 0.1 && n <= mostPerSecond, rateSays)
      .optional(),
    items: whole(1, mostOrders).optional(),
    seed: whole(0, maxSeed).optional(),
    force: z
      .array(z.string().max(200), "must be a list of texts")
      .max(100, "must have at most 100 entries")
      .optional(),
  })
  .refine(({ count, rate }) => rate !== undefined || count <= mostPerSecond, {
    path: ["rate"],
    message: `must be given for more than ${mostPerSecond} orders: ${rateSays}`,
  });
export type BurstRequest = z.infer<typeof burstRequest>;
