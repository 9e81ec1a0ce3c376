import { stages } from "../../../shared/pipeline/stages.ts";
import type { OrderRow, PipelineState } from "../../api.ts";

/** `ahead`: the order has not come there, as far as is known. */
export type ShownState = OrderRow["stages"][string] | "ahead";

/** The stages in the order of the pipeline; as Kafka tells it, or as it is built while that is not known. */
export function pipelineStages(pipeline: Pick<PipelineState, "topics"> | undefined): string[] {
  const told = pipeline?.topics.map(({ stage }) => stage) ?? [];
  return told.length > 0 ? told : stages.map(({ group }) => group);
}

/** One state for each stage of the pipeline, in its order; stages that it does not know come last. */
export function stagesInOrder(
  stages: OrderRow["stages"],
  pipeline: readonly string[],
): { readonly stage: string; readonly state: ShownState }[] {
  return [...new Set([...pipeline, ...Object.keys(stages)])].map((stage) => ({
    stage,
    state: stages[stage] ?? "ahead",
  }));
}
