import { expect, it } from "vitest";
import { queueOf, topicsOf } from "./destinations.ts";

it.each([
  ["rabbitmq", "x:orders.created:orders-q", ["x:orders.created:orders-q", "x:orders.created", "x"]],
  ["rabbitmq", "orders-q", ["orders-q"]],
  ["pulsar", "persistent://public/default/orders-partition-2", ["persistent://public/default/orders"]],
  ["gcp_pubsub", "projects/p/topics/orders", ["orders"]],
  ["kafka", "a:b", ["a:b"]],
  [undefined, "orders", ["orders"]],
])("in %s %s is also known as %j", (system, topic, names) => {
  expect(topicsOf({ system, topic })).toEqual([...new Set([topic, ...names])]);
});

it("the queue is the third part of a destination, or in a name whose destination is the exchange", () => {
  const named = { role: "process", topic: "orders-q", group: undefined, verbIsLast: true } as const;
  expect(queueOf("x:orders.created:orders-q", undefined)).toBe("orders-q");
  expect(queueOf("x", named)).toBe("orders-q");
  expect(queueOf("orders-q", named)).toBeUndefined();
  expect(queueOf("x", { ...named, verbIsLast: false })).toBeUndefined();
  expect(queueOf("x:orders.created", undefined)).toBeUndefined();
});
