import type { DeliveryFinding } from "../../../explain/explanation.ts";

/** A segment of a wait, with one cause. */
export type WaitSegment = {
  readonly fromMs: number;
  readonly toMs: number;
  readonly cause: string;
  readonly isProven: boolean;
  /** The span that blocked it. */
  readonly blocker: { readonly traceId: string; readonly spanId: string } | undefined;
};

/** The causes of a delivery's wait over time; undefined when it has too many segments. */
export function waitSegments(
  { wait }: DeliveryFinding,
  originMs: number,
): readonly WaitSegment[] | undefined {
  return wait?.segments?.map(({ fromAtNs, toAtNs, cause, proven, evidence: [blocker] }) => ({
    fromMs: originMs + fromAtNs / 1e6,
    toMs: originMs + toAtNs / 1e6,
    cause,
    isProven: proven,
    blocker,
  }));
}
