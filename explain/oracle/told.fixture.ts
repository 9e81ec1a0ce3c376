import { explain } from "../explain.ts";
import type { DeliveryFinding, Explanation } from "../explanation.ts";
import type { Span } from "../span.ts";
import { byMessage, type Difference, differences, type Told, toldBy } from "./compare.fixture.ts";
import type { SimRun, Simulation, TrueDelivery } from "./model.fixture.ts";
import { epochNs, spansOf, topicOf, type Written } from "./spans.fixture.ts";

/** What explain says of a delivery, in simulated time, beside what was so. */
export type Compared = {
  readonly finding: DeliveryFinding;
  readonly delivery: TrueDelivery;
  /** Undefined where explain knows no wait, or lists none of its segments. */
  readonly said: readonly Told[] | undefined;
  readonly truth: readonly Told[];
};

/** Names a run by its first message, and by its attempt where it is not the first one. */
export function nameOf({ stage, messages: [first], attempt }: SimRun): string {
  return `${topicOf(stage)}/${first?.partition}/${first?.offset}${attempt > 1 ? `!${attempt}` : ""}`;
}

/** Brings together what explain and the simulator tell of the same deliveries, by the span of the run. */
export function compared(
  explanation: Explanation,
  { deliveries }: Simulation,
  { runOf }: Pick<Written, "runOf">,
): Compared[] {
  const shiftNs = Number(BigInt(Date.parse(explanation.origin)) * 1_000_000n - epochNs);
  const byName = new Map<string, TrueDelivery>(
    deliveries.flatMap((delivery) => {
      const { run, message } = delivery;
      return [[`${run.id}/${message.offset}`, delivery] as const];
    }),
  );
  return explanation.orders.flatMap((order) =>
    order.deliveries.flatMap((finding) => {
      const run = runOf.get(finding.spanId);
      const offset = run && run.messages.length === 1 ? run.messages[0]?.offset : finding.offset;
      const delivery = run && byName.get(`${run.id}/${offset}`);
      if (!delivery) return [];
      const said = finding.wait?.segments?.map(
        ({ cause, fromAtNs, toAtNs, proven, evidence }): Told => ({
          cause,
          fromNs: fromAtNs + shiftNs,
          toNs: toAtNs + shiftNs,
          proven,
          blockers: evidence.map(({ spanId }) => nameOfSpan(runOf.get(spanId))).sort(),
        }),
      );
      return [{ finding, delivery, said, truth: toldBy(delivery.wait, nameOf) }];
    }),
  );
}

function nameOfSpan(run: SimRun | undefined): string {
  return run ? nameOf(run) : "nothing of the simulation";
}

export const everything = {
  maxSegments: Number.POSITIVE_INFINITY,
  maxBlockers: Number.POSITIVE_INFINITY,
};

/** What explain says of a simulated pipeline, and what was so; `distort` changes the spans in between. */
export function explained(
  simulation: Simulation,
  distort: (spans: readonly Span[]) => readonly Span[] = (spans) => spans,
) {
  const written = spansOf(simulation);
  const explanation = explain(distort(written.spans), everything);
  return { explanation, written, all: compared(explanation, simulation, written) };
}

/** What is said for sure, and is wrong. */
export function surelyWrong({ said, truth }: Compared): Difference[] {
  return differences(said ?? [], truth).filter((part) => part.said?.proven);
}

/** A blame that is said for sure, and is wrong; whatever the attempt, since the one to blame may have left no span. */
export function surelyWrongBlame({ said = [], truth }: Compared): Difference[] {
  const wrong = differences(said.map(byMessage), truth.map(byMessage));
  // Without the producer's span a wait begins at the record's time, up to a millisecond too early.
  return wrong.filter((part) => part.said?.proven && part.said.blockers.length > 0 && part.truth);
}
