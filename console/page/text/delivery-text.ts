import { durationOfMs, stageName } from "../../../core/format.ts";
import type { Bar } from "../../api.ts";

/** `processing, partition 0`; without an unknown partition. */
export function placeOf({ stage, partition }: Pick<Bar, "stage" | "partition">): string {
  return stageName(stage) + (partition === undefined ? "" : `, partition ${partition}`);
}

/** `extreme_cpu_computation, severe`; empty when both are unknown. */
export function workOf({ operation, intensity }: Partial<Pick<Bar, "operation" | "intensity">>): string {
  return [operation, intensity].filter((word) => word !== undefined).join(", ");
}

/** The same for the work in a finding of explain. */
export function workOfFinding(
  work:
    | {
        readonly name: string;
        readonly operation?: string | undefined;
        readonly intensity?: string | undefined;
      }
    | undefined,
): string {
  return workOf({ operation: work?.operation ?? work?.name, intensity: work?.intensity });
}

/** How long a message waited; undefined when unknown. Never negative, even if clocks disagree. */
export function waitMsOf({
  availableAtMs,
  startedAtMs,
}: Pick<Bar, "availableAtMs" | "startedAtMs">): number | undefined {
  return availableAtMs === undefined ? undefined : Math.max(0, startedAtMs - availableAtMs);
}

/** `2.86 s` or `not known` */
export function waitOf(bar: Pick<Bar, "availableAtMs" | "startedAtMs">): string {
  const ms = waitMsOf(bar);
  return ms === undefined ? "not known" : durationOfMs(ms);
}

/** `100 ms` */
export function runOf({ startedAtMs, endedAtMs }: Pick<Bar, "startedAtMs" | "endedAtMs">): string {
  return durationOfMs(endedAtMs - startedAtMs);
}
