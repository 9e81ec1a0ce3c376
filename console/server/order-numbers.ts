import { setTimeout as delay } from "node:timers/promises";
import { type Redis, redisCall } from "../../shared/redis.ts";
import type { Numbers } from "./traces/protocol.ts";

/** More orders than a console's spans can contain. */
const maxOrders = 20_000;
const retryMs = 1_000;

/** The numbers of orders, kept in Redis so that a restarted console gives orders the same names. */
export function createOrderNumbers(redis: Redis, prefix = "holdup:console") {
  /** A sorted set: ids of orders by number. */
  const ordersKey = `${prefix}:orders`;
  const fromKey = `${prefix}:numbered-from`;
  const stopping = new AbortController();
  let numbers: Numbers | undefined;
  /** Not in Redis yet. */
  let unsaved: Numbers["orders"] = [];
  let saving: Promise<void> | undefined;

  async function retryUntilDone<T>(work: (redis: Redis) => Promise<T>): Promise<T | undefined> {
    while (!stopping.signal.aborted) {
      try {
        return await redisCall(redis, work);
      } catch {
        await delay(retryMs, undefined, { signal: stopping.signal }).catch(() => {});
      }
    }
    return undefined;
  }

  /** A write may be repeated after a timeout, which does no harm. */
  async function save(): Promise<void> {
    while (unsaved.length > 0 && !stopping.signal.aborted) {
      const added = unsaved.flatMap(([order, number]) => [number, order]);
      const fromMs = numbers?.fromMs;
      unsaved = [];
      await retryUntilDone(async (r) => {
        await r.zadd(ordersKey, ...added);
        await r.zremrangebyrank(ordersKey, 0, -maxOrders - 1);
        if (fromMs !== undefined) await r.set(fromKey, String(fromMs));
      });
    }
    saving = undefined;
  }

  return {
    /** Resolves when Redis has answered; to undefined when stopped before. */
    async read(): Promise<Numbers | undefined> {
      numbers = await retryUntilDone(async (r) => {
        const [fields, from] = [await r.zrange(ordersKey, "0", "-1", "WITHSCORES"), await r.get(fromKey)];
        return { orders: pairsOf(fields), fromMs: from === null ? undefined : Number(from) };
      });
      return numbers;
    },
    /** All numbers; undefined until they are read. */
    now: () => numbers,
    /** Saves the numbers just given. */
    add({ orders, fromMs }: Numbers): void {
      if (!numbers) return;
      numbers = { orders: [...numbers.orders, ...orders].slice(-maxOrders), fromMs };
      unsaved = [...unsaved, ...orders].slice(-maxOrders);
      saving ??= save();
    },
    async stop(): Promise<void> {
      stopping.abort();
      await saving;
    },
  };
}

export type OrderNumbers = ReturnType<typeof createOrderNumbers>;

/** Redis returns members and scores alternately. */
function pairsOf(fields: readonly string[]): [string, number][] {
  return fields.flatMap((order, n): [string, number][] =>
    n % 2 === 0 ? [[order, Number(fields[n + 1])]] : [],
  );
}
