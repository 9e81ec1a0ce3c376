import { randomUUID } from "node:crypto";
import { expect, inject, it, onTestFinished, vi } from "vitest";
import { createRedis } from "../../shared/redis.ts";
import { createOrderNumbers } from "./order-numbers.ts";

const redisUrl = inject("redisUrl");

function setUp(url = redisUrl) {
  const redis = createRedis(url);
  const prefix = `test:${randomUUID()}`;
  onTestFinished(async () => {
    await redis.del(`${prefix}:orders`, `${prefix}:numbered-from`).catch(() => {});
    redis.disconnect();
  });
  const create = () => {
    const numbers = createOrderNumbers(redis, prefix);
    onTestFinished(() => numbers.stop());
    return numbers;
  };
  return { create };
}

it("gives a restarted console the numbers of orders, in sequence", async () => {
  const { create } = setUp();
  const first = create();
  expect(await first.read()).toEqual({ orders: [], fromMs: undefined });
  first.add({
    orders: [
      ["b", 1],
      ["a", 2],
    ],
    fromMs: 5,
  });
  first.add({ orders: [["c", 10]], fromMs: 5 });
  const orders = [
    ["b", 1],
    ["a", 2],
    ["c", 10],
  ];
  expect(first.now()).toEqual({ orders, fromMs: 5 });
  await vi.waitFor(async () => expect(await create().read()).toEqual({ orders, fromMs: 5 }));
});

it("retries while Redis does not answer, until it is stopped", async () => {
  const { create } = setUp("redis://127.0.0.1:9");
  const numbers = create();
  const read = numbers.read();
  numbers.add({ orders: [["a", 1]], fromMs: undefined });
  expect(numbers.now()).toBeUndefined();
  await numbers.stop();
  expect(await read).toBeUndefined();
});
