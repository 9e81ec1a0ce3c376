import { z } from "zod";
import type { HoldupError } from "../../core/errors.ts";
import { createRedis, pingRedis, type Redis, redisCall } from "../redis.ts";
import type { Order } from "./order.ts";
import { lastStage, type StageName, stageNames } from "./stages.ts";

/** `startedAt` is when the first attempt started; `attempts` counts how often the stage took the order. */
type StageProgress = { startedAt: string; endedAt?: string; attempts: number };
type OrderStatus = "accepted" | "processing" | "done" | "dead" | "withdrawn";
const summarySchema = z.object({
  item: z.string(),
  quantity: z.number(),
  acceptedAt: z.string(),
  traceId: z.string(),
});
const deadSchema = z.object({
  stage: z.enum(stageNames),
  code: z.string(),
  message: z.string(),
  at: z.string(),
});

/** The answer of GET /order/:id; times are ISO 8601 in UTC. A withdrawn order has only its id and status. */
export type OrderRecord = Partial<z.infer<typeof summarySchema>> & {
  orderId: string;
  status: OrderStatus;
  stages: Partial<Record<StageName, StageProgress>>;
  dead?: z.infer<typeof deadSchema>;
};

export type OrderStore = {
  /** Records an order that Kafka has acknowledged. */
  accept(order: Order, traceId: string): Promise<void>;
  /** Withdraws an order that was never acknowledged; false when a stage has already taken it, so that it stays valid. */
  withdraw(orderId: string): Promise<boolean>;
  /** Claims an order for a stage; after `done` and `withdrawn` there is nothing to do. */
  take(order: Order, stage: StageName, traceId: string): Promise<"taken" | "done" | "withdrawn">;
  /** Records the effect of a stage once; false when another delivery of the order has already recorded it. */
  finish(orderId: string, stage: StageName, endedAt: string): Promise<boolean>;
  markDead(orderId: string, stage: StageName, error: HoldupError): Promise<void>;
  read(orderId: string): Promise<OrderRecord | undefined>;
  ping(): Promise<void>;
  stop(): Promise<void>;
};

/**
 * As long as Kafka keeps the message, which must not be handled (log.retention.hours in infra/kafka.properties), in seconds.
 */
const withdrawnTtlS = 7 * 86_400;

// An order is one hash. Scripts make each decision and its record one step: a withdrawal can race with the stage that takes the
// order, and two consumers can have the same delivery after a rebalance.
const withdrawScript = `
  if redis.call('HEXISTS', KEYS[1], 'taken') == 1 then return 0 end
  redis.call('HSET', KEYS[1], 'withdrawn', ARGV[1])
  redis.call('EXPIRE', KEYS[1], ARGV[2])
  return 1`;
const takeScript = `
  if redis.call('HEXISTS', KEYS[1], 'withdrawn') == 1 then return 'withdrawn' end
  if redis.call('HEXISTS', KEYS[1], ARGV[1] .. '.endedAt') == 1 then return 'done' end
  redis.call('HSETNX', KEYS[1], 'order', ARGV[2])
  redis.call('HSETNX', KEYS[1], ARGV[1] .. '.startedAt', ARGV[3])
  redis.call('HINCRBY', KEYS[1], ARGV[1] .. '.attempts', 1)
  redis.call('HSET', KEYS[1], 'taken', '1')
  redis.call('HDEL', KEYS[1], 'dead')
  redis.call('EXPIRE', KEYS[1], ARGV[4])
  return 'taken'`;
const finishScript = `
  if redis.call('HSETNX', KEYS[1], ARGV[1] .. '.endedAt', ARGV[2]) == 0 then return 0 end
  redis.call('EXPIRE', KEYS[1], ARGV[3])
  redis.call('HINCRBY', KEYS[2], ARGV[1], 1)
  return 1`;

/** Number of orders that each stage has finished, each counted once: a hash from stage to count. */
export const totalsKey = "holdup:totals";

const keyOf = (orderId: string) => `holdup:order:${orderId}`;

/** Records in Redis which stages of an order are done, so that a second delivery has no effect. */
export function createOrderStore({ url, ttlS }: { url: string; ttlS: number }): OrderStore {
  const redis = createRedis(url);

  return {
    async accept(order, traceId) {
      await redisCall(redis, (r) =>
        r
          .multi()
          .hsetnx(keyOf(order.orderId), "order", summary(order, traceId))
          .expire(keyOf(order.orderId), ttlS)
          .exec(),
      );
    },
    async withdraw(orderId) {
      const now = new Date().toISOString();
      return (
        (await redisCall(redis, (r) => r.eval(withdrawScript, 1, keyOf(orderId), now, withdrawnTtlS))) === 1
      );
    },
    async take(order, stage, traceId) {
      const now = new Date().toISOString();
      const answer = await redisCall(redis, (r) =>
        r.eval(takeScript, 1, keyOf(order.orderId), stage, summary(order, traceId), now, ttlS),
      );
      return answer === "done" || answer === "withdrawn" ? answer : "taken";
    },
    async finish(orderId, stage, endedAt) {
      const answer = await redisCall(redis, (r) =>
        r.eval(finishScript, 2, keyOf(orderId), totalsKey, stage, endedAt, ttlS),
      );
      return answer === 1;
    },
    async markDead(orderId, stage, error) {
      const dead = JSON.stringify({
        stage,
        code: error.code,
        message: error.message,
        at: new Date().toISOString(),
      });
      await redisCall(redis, (r) =>
        r.multi().hset(keyOf(orderId), "dead", dead).expire(keyOf(orderId), ttlS).exec(),
      );
    },
    async read(orderId) {
      const fields = await redisCall(redis, (r) => r.hgetall(keyOf(orderId)));
      return Object.keys(fields).length === 0 ? undefined : toRecord(orderId, fields);
    },
    ping: () => pingRedis(redis),
    async stop() {
      await closeQuietly(redis);
    },
  };
}

function summary(order: Order, traceId: string): string {
  const { item, quantity, acceptedAt } = order;
  return JSON.stringify({ item, quantity, acceptedAt, traceId });
}

const readAtATime = 1000;

/**
 * Reads many orders, in chunks of a thousand; those that Redis does not know are left out.
 *
 * @throws the error of Redis
 */
export async function readOrders(
  redis: Redis,
  orderIds: readonly string[],
): Promise<ReadonlyMap<string, OrderRecord>> {
  const found = new Map<string, OrderRecord>();
  for (let from = 0; from < orderIds.length; from += readAtATime) {
    const some = orderIds.slice(from, from + readAtATime);
    const pipeline = redis.pipeline();
    for (const orderId of some) pipeline.hgetall(keyOf(orderId));
    for (const [n, [error, fields]] of ((await pipeline.exec()) ?? []).entries()) {
      if (error) throw error;
      const orderId = some[n];
      const known = fieldsSchema.parse(fields);
      if (orderId !== undefined && Object.keys(known).length > 0)
        found.set(orderId, toRecord(orderId, known));
    }
  }
  return found;
}

const fieldsSchema = z.record(z.string(), z.string());

async function closeQuietly(redis: Redis) {
  await redis.quit().catch(() => redis.disconnect());
}

function toRecord(orderId: string, fields: Readonly<Record<string, string>>): OrderRecord {
  const stages: OrderRecord["stages"] = {};
  for (const stage of stageNames) {
    const startedAt = fields[`${stage}.startedAt`];
    const endedAt = fields[`${stage}.endedAt`];
    const attempts = Number(fields[`${stage}.attempts`]);
    if (startedAt) stages[stage] = { startedAt, ...(endedAt ? { endedAt } : {}), attempts };
  }
  return {
    orderId,
    status: statusOf(fields, stages),
    ...(fields["order"] ? summarySchema.parse(JSON.parse(fields["order"])) : {}),
    stages,
    ...(fields["dead"] ? { dead: deadSchema.parse(JSON.parse(fields["dead"])) } : {}),
  };
}

function statusOf(fields: Readonly<Record<string, string>>, stages: OrderRecord["stages"]): OrderStatus {
  if (fields["withdrawn"]) return "withdrawn";
  if (fields["dead"]) return "dead";
  if (stages[lastStage]?.endedAt) return "done";
  return Object.keys(stages).length > 0 ? "processing" : "accepted";
}
