import type { Cause } from "../causes.ts";
import { explain } from "../explain.ts";
import type { DeliveryFinding, Explanation } from "../explanation.ts";
import type { Span } from "../span.ts";
import type { SimRun, Simulation, TrueDelivery, TrueSegment } from "./model.fixture.ts";
import { topicOf } from "./services.fixture.ts";
import { epochNs, spansOf, type Written } from "./spans.fixture.ts";

/** A part of a wait, as explain claims it or as it really was; blockers by name. */
export type NamedSegment = {
  readonly fromNs: number;
  readonly toNs: number;
  readonly cause: Cause;
  readonly blockers: readonly string[];
  readonly proven: boolean;
};

/** A time for which claim and truth differ in cause or blockers. */
export type Difference = {
  readonly fromNs: number;
  readonly toNs: number;
  readonly claimed: NamedSegment | undefined;
  readonly truth: NamedSegment | undefined;
};

/** A delivery as explain reports it and as it really was, in simulated time. */
export type Comparison = {
  readonly finding: DeliveryFinding;
  readonly delivery: TrueDelivery;
  /** Empty when explain knows no wait or lists no segments. */
  readonly claimed: readonly NamedSegment[];
  readonly truth: readonly NamedSegment[];
};

/** Names a run by its first message, and by its attempt from the second on. */
export function nameOf({ stage, messages: [first], attempt }: SimRun): string {
  return `${topicOf(stage)}/${first?.partition}/${first?.offset}${attempt > 1 ? `!${attempt}` : ""}`;
}

export function withNames(truth: readonly TrueSegment[]): NamedSegment[] {
  return truth.map(({ blockers, ...segment }) => ({
    ...segment,
    blockers: blockers.map(nameOf).sort(),
    proven: true,
  }));
}

/** The times for which claim and truth differ in cause or blockers. */
export function differences(claimed: readonly NamedSegment[], truth: readonly NamedSegment[]): Difference[] {
  const edges = [...new Set([...claimed, ...truth].flatMap(({ fromNs, toNs }) => [fromNs, toNs]))];
  edges.sort((a, b) => a - b);
  return edges.flatMap((fromNs, n) => {
    const toNs = edges[n + 1];
    if (toNs === undefined) return [];
    const at = (segments: readonly NamedSegment[]) =>
      segments.find((segment) => segment.fromNs <= fromNs && fromNs < segment.toNs);
    const [one, other] = [at(claimed), at(truth)];
    const same = one?.cause === other?.cause && String(one?.blockers) === String(other?.blockers);
    return same ? [] : [{ fromNs, toNs, claimed: one, truth: other }];
  });
}

/** Length of a time, ns. */
export function lengthOf({ fromNs, toNs }: { readonly fromNs: number; readonly toNs: number }): number {
  return toNs - fromNs;
}

/** Names blockers without their attempts. */
export function byMessage({ blockers, ...segment }: NamedSegment): NamedSegment {
  return { ...segment, blockers: blockers.map((name) => name.replace(/!.*/, "")) };
}

export const allDetails = {
  maxSegments: Number.POSITIVE_INFINITY,
  maxBlockers: Number.POSITIVE_INFINITY,
};

/** Explains a simulated pipeline and compares the result with the truth; `distort` changes the spans in between. */
export function explainSimulation(
  simulation: Simulation,
  distort: (spans: readonly Span[]) => readonly Span[] = (spans) => spans,
) {
  const written = spansOf(simulation);
  const explanation = explain(distort(written.spans), allDetails);
  return { explanation, written, comparisons: comparisonsOf(explanation, simulation, written) };
}

/** Matches deliveries of explain and of the simulator by the span of the run. */
function comparisonsOf(
  explanation: Explanation,
  { deliveries }: Simulation,
  { runOf }: Pick<Written, "runOf">,
): Comparison[] {
  const shiftNs = Number(BigInt(Date.parse(explanation.origin)) * 1_000_000n - epochNs);
  const byName = new Map<string, TrueDelivery>(
    deliveries.map((delivery) => {
      const { partition, offset } = delivery.message;
      return [`${delivery.run.id}/${partition}/${offset}`, delivery];
    }),
  );
  const nameOfSpan = (spanId: string) => {
    const run = runOf.get(spanId);
    return run ? nameOf(run) : "not in the simulation";
  };
  return explanation.orders.flatMap((order) =>
    order.deliveries.flatMap((finding) => {
      const run = runOf.get(finding.spanId);
      const { partition, offset } = run?.messages.length === 1 ? (run.messages[0] ?? finding) : finding;
      const delivery = run && byName.get(`${run.id}/${partition}/${offset}`);
      if (!delivery) return [];
      const claimed = finding.wait?.segments?.map(
        ({ cause, fromAtNs, toAtNs, proven, evidence }): NamedSegment => ({
          cause,
          fromNs: fromAtNs + shiftNs,
          toNs: toAtNs + shiftNs,
          proven,
          blockers: evidence.map(({ spanId }) => nameOfSpan(spanId)).sort(),
        }),
      );
      return [{ finding, delivery, claimed: claimed ?? [], truth: withNames(delivery.wait) }];
    }),
  );
}

/** Claims that explain calls proven and that are wrong. */
export function wrongProofs({ claimed, truth }: Comparison): Difference[] {
  return differences(claimed, truth).filter((difference) => difference.claimed?.proven);
}

/** Blame that explain calls proven and that is wrong, whatever the attempt: the true blocker may have left no span. */
export function wrongBlames({ claimed, truth }: Comparison): Difference[] {
  const wrong = differences(claimed.map(byMessage), truth.map(byMessage));
  // Without the producer's span a wait begins at the record's timestamp, up to a millisecond too early.
  return wrong.filter(
    (difference) => difference.claimed?.proven && difference.claimed.blockers.length > 0 && difference.truth,
  );
}
