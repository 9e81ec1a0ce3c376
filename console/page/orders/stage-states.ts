import { stages } from "../../../shared/pipeline/stages.ts";
import type { OrderRow, PipelineState } from "../../api.ts";

/** `ahead`: the order has not reached the stage. */
export type ShownState = OrderRow["stages"][string] | "ahead";

/** The stages in pipeline order; from the table of stages until the state of the pipeline is known. */
export function pipelineStages(pipeline: Pick<PipelineState, "topics"> | undefined): string[] {
  const known = pipeline?.topics.map(({ stage }) => stage) ?? [];
  return known.length > 0 ? known : stages.map(({ group }) => group);
}

/** The state of each stage, in pipeline order; stages outside the pipeline come last. */
export function stageStates(
  stages: OrderRow["stages"],
  pipeline: readonly string[],
): { readonly stage: string; readonly state: ShownState }[] {
  return [...new Set([...pipeline, ...Object.keys(stages)])].map((stage) => ({
    stage,
    state: stages[stage] ?? "ahead",
  }));
}
