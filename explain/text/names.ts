import { escapeControls } from "../../core/escape.ts";
import { mebibytes, percent, stageName } from "../../core/format.ts";
import type { DeliveryRef } from "../explanation.ts";
import { offsetsText } from "../findings/blocker-names.ts";

type Worked = Pick<DeliveryRef, "work">;
type StageRef = { readonly stage: string; readonly topic: string };

/** Names stages; stages of the same group also get their topic. */
export function stageNames(stages: readonly StageRef[]): (stage: StageRef) => string {
  const groups = Map.groupBy(stages, ({ stage }) => stage);
  return ({ stage, topic }) => {
    const name = stageName(stage) || "unnamed";
    const topics = new Set(groups.get(stage)?.map((one) => one.topic));
    return escapeControls(topics.size > 1 ? `${name} ${topic}` : name);
  };
}

/** `partition 1, offset 41` */
export function placeOf(delivery: DeliveryRef): string {
  const { partition } = delivery;
  return [partition === undefined ? undefined : `partition ${partition}`, offsetsText(delivery)]
    .filter((part) => part !== undefined)
    .join(", ");
}

/** CPU that the work used, as a share of one core: `193 %`; empty when unknown. */
export function cpuOf({ work }: Worked): string {
  return work?.cpuNs === undefined || work.ns === 0 ? "" : percent(work.cpuNs / work.ns);
}

/** `412 MiB`; empty when unknown. */
export function memoryOf({ work }: Worked): string {
  return work?.memoryBytes === undefined ? "" : mebibytes(work.memoryBytes);
}

/** `extreme_cpu_computation (severe)`; empty when unknown. */
export function workOf({ work }: Worked): string {
  if (!work) return "";
  const name = escapeControls(work.operation ?? work.name);
  return work.intensity === undefined ? name : `${name} (${escapeControls(work.intensity)})`;
}
