import type { DeliveryFinding, Explanation } from "../explanation.ts";
import { type Told, toldBy } from "./compare.fixture.ts";
import type { SimRun, Simulation, TrueDelivery } from "./model.fixture.ts";
import { epochNs, topicOf, type Written } from "./spans.fixture.ts";

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
