import { describe, expect, it } from "vitest";
import type { PipelineState, TopicState } from "../../api.ts";
import { pipelineSteps, topicTotals, waitingIn } from "./topology.ts";

const partition = (n: number, lag: number, oldestWaitingMs?: number) => ({
  partition: n,
  inPerSecond: 1,
  outPerSecond: 0.5,
  lag,
  oldestWaitingMs,
  inFlight: 1,
});
const orders: TopicState = {
  topic: "orders",
  stage: "processing-service",
  partitions: [partition(0, 2, 900), partition(1, 0), partition(2, 3, 4000)],
  deadLetters: 0,
};

describe("the steps of the pipeline", () => {
  it("start with the service that only sends, and include one that does not report", () => {
    const state = { topics: [orders], instances: [{ service: "api-service", instance: "api-1" }] };
    const steps = pipelineSteps(state as unknown as PipelineState);
    expect(steps.map(({ service, instances, reads }) => [service, instances.length, reads?.topic])).toEqual([
      ["api-service", 1, undefined],
      ["processing-service", 0, "orders"],
    ]);
  });

  it("have the sums of their partitions and the age of the oldest message", () => {
    expect(topicTotals(orders)).toEqual({
      inPerSecond: 3,
      outPerSecond: 1.5,
      waiting: 3,
      inFlight: 3,
      oldestWaitingMs: 4000,
    });
  });
});

it("does not count messages in flight as waiting", () => {
  expect(waitingIn({ lag: 3, inFlight: 1 })).toBe(2);
  // Both are not measured at the same time.
  expect(waitingIn({ lag: 0, inFlight: 1 })).toBe(0);
});
