import type { DeliveryFinding } from "../../../explain/explanation.ts";

/** A piece of a wait, which has one cause. */
export type CausePiece = {
  readonly fromMs: number;
  readonly toMs: number;
  readonly cause: string;
  readonly isProven: boolean;
  /** The span to blame. */
  readonly blame: { readonly traceId: string; readonly spanId: string } | undefined;
};

/** The causes of a delivery's wait over time; undefined where the wait is not cut into its causes. */
export function causePieces({ wait }: DeliveryFinding, originMs: number): readonly CausePiece[] | undefined {
  return wait?.segments?.map(({ fromAtNs, toAtNs, cause, proven, evidence: [blame] }) => ({
    fromMs: originMs + fromAtNs / 1e6,
    toMs: originMs + toAtNs / 1e6,
    cause,
    isProven: proven,
    blame,
  }));
}
