import { describe, expect, it } from "vitest";
import type { TopicState } from "../../api.ts";
import { bar } from "./bar.fixture.ts";
import { groupLanes } from "./groups.ts";

const topic = (name: string, stage: string, partitions: number): TopicState => ({
  topic: name,
  stage,
  deadLetters: 0,
  partitions: Array.from({ length: partitions }, (_, partition) => ({
    partition,
    inPerSecond: 0,
    outPerSecond: 0,
    lag: 0,
    oldestWaitingMs: undefined,
    inFlight: 0,
  })),
});

const shape = (groups: ReturnType<typeof groupLanes>) =>
  groups.map(({ topic, lanes }) => [topic, lanes.map((lane) => [lane.partition, lane.bars.length])]);

describe("groups of lanes", () => {
  it("follow the pipeline and have a lane for each partition, with or without messages", () => {
    const groups = groupLanes(
      [bar({ topic: "notified-orders", stage: "analytics-service", partition: 1 }), bar({ partition: 1 })],
      [topic("orders", "processing-service", 2), topic("notified-orders", "analytics-service", 2)],
    );
    expect(shape(groups)).toEqual([
      [
        "orders",
        [
          [0, 0],
          [1, 1],
        ],
      ],
      [
        "notified-orders",
        [
          [0, 0],
          [1, 1],
        ],
      ],
    ]);
  });

  it("are in the order of their first messages when the topics are unknown", () => {
    const groups = groupLanes([
      bar({ topic: "later", startedAtMs: 10 }),
      bar({ topic: "sooner", availableAtMs: 1, startedAtMs: 11 }),
    ]);
    expect(groups.map((group) => group.topic)).toEqual(["sooner", "later"]);
  });

  it("keep the lanes of one consumer together", () => {
    const groups = groupLanes([
      bar({ partition: 0, consumer: "c-2" }),
      bar({ partition: 1, consumer: "c-10" }),
      bar({ partition: 2, consumer: "c-2" }),
      bar({ partition: undefined, consumer: "c-2" }),
    ]);
    expect(groups[0]?.lanes.map(({ consumer, partition }) => [consumer, partition])).toEqual([
      ["c-2", 0],
      ["c-2", 2],
      ["c-2", undefined],
      ["c-10", 1],
    ]);
  });
});
