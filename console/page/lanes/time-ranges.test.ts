import { describe, expect, it } from "vitest";
import type { OrderRow } from "../../api.ts";
import { bar } from "./bar.fixture.ts";
import { latestActivity, timeOfOrder } from "./time-ranges.ts";

const at = (availableAtMs: number, startedAtMs: number, endedAtMs: number) =>
  bar({ availableAtMs, startedAtMs, endedAtMs });

describe("the latest activity", () => {
  it("is the last burst, including the waiting of its messages", () => {
    const bars = [at(0, 1, 5), at(100, 101, 110), at(100, 130, 150)];
    expect(latestActivity(bars, [], 0, 40)).toEqual({ fromMs: 100, toMs: 150 });
    expect(latestActivity(bars, [], 0, 100)).toEqual({ fromMs: 0, toMs: 150 });
  });

  it("ends now while a message is being handled", () => {
    const { endedAtMs: _, ...running } = at(190, 200, 0);
    expect(latestActivity([at(0, 1, 5)], [running], 260, 40)).toEqual({ fromMs: 190, toMs: 260 });
    expect(latestActivity([], [at(190, 200, 230)], 260, 40)).toEqual({ fromMs: 190, toMs: 230 });
  });

  it("is undefined without messages", () => {
    expect(latestActivity([], [], 0)).toBeUndefined();
  });
});

const bars = [
  bar({ order: "1", availableAtMs: 40, startedAtMs: 50, endedAtMs: 90 }),
  bar({ order: "1", topic: "later", startedAtMs: 95, endedAtMs: 99 }),
  bar({ order: "2", startedAtMs: 1, endedAtMs: 500 }),
];
const row = (given: Partial<OrderRow>) => ({ id: "1", startedAtMs: 20, totalMs: 80, ...given }) as OrderRow;

describe("the time range of an order", () => {
  it("comes from its row", () => {
    expect(timeOfOrder({ orders: [row({})], bars }, "1")).toEqual({ fromMs: 20, toMs: 100 });
  });

  it("comes from its deliveries when there is no row", () => {
    expect(timeOfOrder({ orders: [row({ totalMs: 0 })], bars }, "1")).toEqual({ fromMs: 40, toMs: 99 });
  });

  it("is undefined for an order that the window lacks", () => {
    expect(timeOfOrder({ orders: [], bars }, "3")).toBeUndefined();
  });
});
