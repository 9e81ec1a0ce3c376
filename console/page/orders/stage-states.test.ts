import { describe, expect, it } from "vitest";
import { pipelineStages, stagesInOrder } from "./stage-states.ts";

describe("the stages of an order", () => {
  it("come in the order of the pipeline, one state for each", () => {
    expect(stagesInOrder({ c: "running", a: "done" }, ["a", "b", "c"])).toEqual([
      { stage: "a", state: "done" },
      { stage: "b", state: "ahead" },
      { stage: "c", state: "running" },
    ]);
  });

  it("have those last that the pipeline does not know", () => {
    expect(stagesInOrder({ x: "done", a: "done" }, ["a"]).map(({ stage }) => stage)).toEqual(["a", "x"]);
  });

  it("are known before Kafka has told them", () => {
    const built = ["processing-service", "notification-service", "analytics-service"];
    expect(pipelineStages(undefined)).toEqual(built);
    expect(pipelineStages({ topics: [] })).toEqual(built);
  });
});
