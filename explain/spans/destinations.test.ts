import { expect, it } from "vitest";
import { namesOfTopic, queueOf } from "./destinations.ts";

it.each([
  ["x:orders.created:orders-q", ["x:orders.created", "x"]],
  ["orders-q", []],
  ["persistent://public/default/orders-partition-2", ["persistent", "persistent://public/default/orders"]],
  ["projects/p/topics/orders", ["orders"]],
])("a producer may know %s as %j", (topic, names) => {
  expect(namesOfTopic(topic)).toEqual([topic, ...names]);
});

it("the queue is the third part of a destination, or in a name whose destination is the exchange", () => {
  const named = { role: "process", topic: "orders-q", group: undefined, verbIsLast: true } as const;
  expect(queueOf("x:orders.created:orders-q", undefined)).toBe("orders-q");
  expect(queueOf("x", named)).toBe("orders-q");
  expect(queueOf("orders-q", named)).toBeUndefined();
  expect(queueOf("x", { ...named, verbIsLast: false })).toBeUndefined();
  expect(queueOf("x:orders.created", undefined)).toBeUndefined();
});
