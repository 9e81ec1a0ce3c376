import { describe, expect, it } from "vitest";
import { serviceNames } from "../../../shared/pipeline/stages.ts";
import { pipelineStages, stageStates } from "./stage-states.ts";

describe("the stages of an order", () => {
  it("are in pipeline order, with one state each", () => {
    expect(stageStates({ c: "running", a: "done" }, ["a", "b", "c"])).toEqual([
      { stage: "a", state: "done" },
      { stage: "b", state: "ahead" },
      { stage: "c", state: "running" },
    ]);
  });

  it("have stages outside the pipeline last", () => {
    expect(stageStates({ x: "done", a: "done" }, ["a"]).map(({ stage }) => stage)).toEqual(["a", "x"]);
  });

  it("are known before the state of the pipeline", () => {
    const built = serviceNames.filter((name) => name !== "api-service");
    expect(pipelineStages(undefined)).toEqual(built);
    expect(pipelineStages({ topics: [] })).toEqual(built);
  });
});
