import { setTimeout as delay } from "node:timers/promises";
import { type Redis, redisCall } from "../../shared/redis.ts";
import type { Numbers } from "./traces/protocol.ts";

/** More orders than the spans of a console can be of. */
const mostOrders = 20_000;
const retryMs = 1_000;

/** Which order has which number, in Redis, so that a console that starts again gives orders the same names. */
export function createOrderNumbers(redis: Redis, prefix = "holdup:console") {
  /** Ids of orders, sorted by their numbers. */
  const ordersKey = `${prefix}:orders`;
  const fromKey = `${prefix}:numbered-from`;
  const stopping = new AbortController();
  let numbers: Numbers | undefined;
  /** Those that Redis does not know yet. */
  let unsaved: Numbers["orders"] = [];
  let saving: Promise<void> | undefined;

  async function untilDone<T>(work: (redis: Redis) => Promise<T>): Promise<T | undefined> {
    while (!stopping.signal.aborted) {
      try {
        return await redisCall(redis, work);
      } catch {
        await delay(retryMs, undefined, { signal: stopping.signal }).catch(() => {});
      }
    }
    return undefined;
  }

  /** May be done twice: an answer that comes too late counts as none. */
  async function save(): Promise<void> {
    while (unsaved.length > 0 && !stopping.signal.aborted) {
      const added = unsaved.flatMap(([order, number]) => [number, order]);
      const fromMs = numbers?.fromMs;
      unsaved = [];
      await untilDone(async (r) => {
        await r.zadd(ordersKey, ...added);
        await r.zremrangebyrank(ordersKey, 0, -mostOrders - 1);
        if (fromMs !== undefined) await r.set(fromKey, String(fromMs));
      });
    }
    saving = undefined;
  }

  return {
    /** Resolves when Redis has answered; to undefined when it has not before the stop. */
    async read(): Promise<Numbers | undefined> {
      numbers = await untilDone(async (r) => {
        const [fields, from] = [await r.zrange(ordersKey, "0", "-1", "WITHSCORES"), await r.get(fromKey)];
        return { orders: pairsOf(fields), fromMs: from === null ? undefined : Number(from) };
      });
      return numbers;
    },
    /** Those that are known; undefined until they are read. */
    now: () => numbers,
    /** Takes orders that were numbered, and since when orders are. */
    add({ orders, fromMs }: Numbers): void {
      if (!numbers) return;
      numbers = { orders: [...numbers.orders, ...orders].slice(-mostOrders), fromMs };
      unsaved = [...unsaved, ...orders].slice(-mostOrders);
      saving ??= save();
    },
    async stop(): Promise<void> {
      stopping.abort();
      await saving;
    },
  };
}

export type OrderNumbers = ReturnType<typeof createOrderNumbers>;

/** Members and scores, which Redis gives in turns. */
function pairsOf(fields: readonly string[]): [string, number][] {
  return fields.flatMap((order, n): [string, number][] =>
    n % 2 === 0 ? [[order, Number(fields[n + 1])]] : [],
  );
}
