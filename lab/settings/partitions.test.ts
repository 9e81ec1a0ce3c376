import { expect, it } from "vitest";
import { partitionsByTopic, partitionsWarning } from "./partitions.ts";

const own = { partitions: 6, external: { kafka: false } };

it("counts the partitions of each topic once, however many groups read it", () => {
  const rows = [0, 1, 2, 0, 1, 2].map((partition) => ({ topic: "orders", partition }));
  expect(partitionsByTopic([...rows, { topic: "notified-orders", partition: 0 }])).toEqual({
    orders: 3,
    "notified-orders": 1,
  });
});

it("warns that the setting has no effect on existing topics", () => {
  expect(partitionsWarning({ orders: 3, "processed-orders": 6 }, own)).toBe(
    "orders has 3 partitions; HOLDUP_PARTITIONS=6 applies to new topics only: ./holdup stop --clean first (it removes the data).",
  );
  expect(partitionsWarning({ orders: 1 }, { ...own, external: { kafka: true } })).toMatch(
    /orders has 1 partition; .*your Kafka/,
  );
});

it("does not warn when the topics match the setting, or are unknown", () => {
  expect(partitionsWarning({ orders: 6 }, own)).toBeUndefined();
  expect(partitionsWarning({}, own)).toBeUndefined();
});
