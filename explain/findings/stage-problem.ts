import type { ProblemFinding } from "../explanation.ts";

/** A problem without its stage, which the caller knows. */
export type StageProblem = Omit<ProblemFinding, "stage" | "topic" | "fromAtNs" | "certainty"> & {
  /** Default: when the first message arrived that had to wait. */
  readonly fromAtNs?: number;
};
