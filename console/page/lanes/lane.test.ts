import { describe, expect, it } from "vitest";
import { bar } from "./bar.fixture.ts";
import { barsWithin, createLane, deepest, depthAt, waitsWithin } from "./lane.ts";

const place = { topic: "orders", stage: "processing-service", partition: 0 };
const laneOf = (
  ...times: readonly (readonly [availableAtMs: number, startedAtMs: number, endedAtMs: number])[]
) =>
  createLane(
    place,
    times.map(([availableAtMs, startedAtMs, endedAtMs], n) =>
      bar({ order: `${n}`, offset: n, availableAtMs, startedAtMs, endedAtMs }),
    ),
  );

describe("a lane", () => {
  it("sorts its bars by start and names the consumer of the last", () => {
    const lane = createLane(place, [
      bar({ startedAtMs: 20, endedAtMs: 30, consumer: "b" }),
      bar({ startedAtMs: 0, endedAtMs: 10, consumer: "a" }),
    ]);
    expect([...lane.startMs]).toEqual([0, 20]);
    expect(lane.consumer).toBe("b");
    expect(lane.rows).toBe(1);
  });

  it("gives bars that overlap rows of their own", () => {
    const lane = laneOf([0, 0, 10], [0, 5, 12], [0, 12, 13]);
    expect([...lane.row]).toEqual([0, 1, 0]);
    expect(lane.rows).toBe(2);
  });

  it("finds the bars in a view, including a long one that started far before it", () => {
    const lane = laneOf([0, 0, 100], [0, 10, 20], [0, 30, 40], [0, 110, 120]);
    expect(barsWithin(lane, { fromMs: 50, toMs: 60 })).toEqual([0, 3]);
    expect(barsWithin(lane, { fromMs: 105, toMs: 109 })).toEqual([3, 3]);
    expect(barsWithin(lane, { fromMs: 115, toMs: 500 })).toEqual([3, 4]);
  });

  it("counts the waiting messages at any time", () => {
    const { queue } = laneOf([0, 0, 10], [1, 10, 20], [2, 20, 30], [25, 30, 31]);
    expect(queue.rows).toBe(2);
    expect([0, 1, 2, 9.9, 10, 19, 20, 25, 29, 30].map((at) => depthAt(queue, at))).toEqual([
      0, 1, 2, 2, 1, 1, 0, 1, 1, 0,
    ]);
    expect(deepest(queue, { fromMs: 0, toMs: 40 })).toBe(2);
    expect(deepest(queue, { fromMs: 12, toMs: 40 })).toBe(1);
    expect(deepest(queue, { fromMs: 32, toMs: 40 })).toBe(0);
  });

  it("leaves messages out of the queue that did not wait or whose arrival is unknown", () => {
    const lane = createLane(place, [
      bar({ availableAtMs: undefined }),
      bar({ availableAtMs: 10, startedAtMs: 10 }),
    ]);
    expect(lane.queue.fromMs).toHaveLength(0);
    expect(waitsWithin(lane.queue, { fromMs: 0, toMs: 100 })).toEqual([0, 0]);
  });
});
