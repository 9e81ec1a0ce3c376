import { randomInt } from "node:crypto";
import { z } from "zod";
import { HoldupError } from "../../core/errors.ts";
import { number, whole } from "../../core/settings.ts";
import { maxSeed } from "../../shared/pipeline/order.ts";
import { readForcing } from "../../traffic/forcing.ts";
import type { BurstPlan } from "../../traffic/order-plan.ts";

const maxCount = 100_000;
const dayS = 86_400;

/** Options of `burst` as text from the command line. */
const burstOptions = z.object({
  count: whole(1, maxCount).default(10),
  rate: number(0.1, 10_000).optional(),
  items: whole(1, maxCount).optional(),
  seed: whole(0, maxSeed).optional(),
  timeout: number(1, dayS).optional(),
  force: z.array(z.string()).default([]),
  json: z.boolean().default(false),
});

type BurstOptions = {
  readonly plan: BurstPlan;
  readonly timeoutMs: number | undefined;
  readonly json: boolean;
};

/**
 * Checks the options of `burst` and fills in defaults; the default seed is random.
 *
 * @throws HoldupError HOLDUP_USAGE, one line for the first wrong option
 */
export function readBurstOptions(given: Readonly<Record<string, unknown>>): BurstOptions {
  const parsed = burstOptions.safeParse(given);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const name = String(issue?.path[0]);
    throw new HoldupError("HOLDUP_USAGE", `--${name} ${given[name]}: expected ${issue?.message}.`);
  }
  const { count, rate, items, seed, timeout, force, json } = parsed.data;
  const forcings = force.map(readForcing);
  const missing = forcings.find(({ order }) => order !== "all" && order > count);
  if (missing) {
    throw new HoldupError(
      "HOLDUP_USAGE",
      `--force: there is no order ${missing.order} in a burst of ${count}; raise --count or name another order.`,
    );
  }
  return {
    plan: {
      count,
      ratePerSecond: rate,
      items: Math.min(items ?? count, count),
      seed: seed ?? randomInt(maxSeed + 1),
      forcings,
    },
    timeoutMs: timeout === undefined ? undefined : timeout * 1000,
    json,
  };
}
