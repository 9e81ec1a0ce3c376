import { expect, it } from "vitest";
import { partitionsIn, partitionsNotice } from "./partitions.ts";

const own = { partitions: 6, external: { kafka: false } };

it("counts the partitions of each topic once, whoever reads it", () => {
  const rows = [0, 1, 2, 0, 1, 2].map((partition) => ({ topic: "orders", partition }));
  expect(partitionsIn([...rows, { topic: "notified-orders", partition: 0 }])).toEqual({
    orders: 3,
    "notified-orders": 1,
  });
});

it("says that the setting has no effect on topics that are there", () => {
  expect(partitionsNotice({ orders: 3, "processed-orders": 6 }, own)).toBe(
    "orders has 3 partitions; HOLDUP_PARTITIONS=6 is for new topics: ./holdup stop --clean first (it removes the data).",
  );
  expect(partitionsNotice({ orders: 1 }, { ...own, external: { kafka: true } })).toMatch(
    /orders has 1 partition; .*your Kafka/,
  );
});

it("says nothing when the topics are as wanted, or unknown", () => {
  expect(partitionsNotice({ orders: 6 }, own)).toBeUndefined();
  expect(partitionsNotice({}, own)).toBeUndefined();
});
