import { type StageName, stageNames } from "../shared/pipeline/stages.ts";
import type { OrderRecord } from "./ledger.ts";

export type Leg = {
  readonly kind: "accept" | "wait" | "run";
  /** The stage that the order waits for or that runs. */
  readonly stage?: StageName;
  readonly fromMs: number;
  readonly toMs: number;
};

/**
 * An order's journey as legs without gaps, from its intended time to its end, or to `untilMs` when it has not ended. In ms
 * from the start of the burst.
 *
 *     intended ─accept─┐ 202
 *                      └─wait─┐ first stage └─run─┐└─wait─┐ … └─run─┐└─wait─┐ last stage └─run─┤
 *
 * A stage may start before the answer to the POST arrives: the accept leg then ends where the run starts.
 */
export function legsOf(record: OrderRecord, untilMs: number): readonly Leg[] {
  if (record.sentMs === undefined) return [];
  const legs: Leg[] = [];
  let atMs = record.plan.intendedMs;
  function until(toMs: number, kind: Leg["kind"], stage?: StageName): void {
    // A clock that was set back must not give a leg a negative length.
    const endMs = Math.max(atMs, toMs);
    legs.push({ kind, ...(stage && { stage }), fromMs: atMs, toMs: endMs });
    atMs = endMs;
  }

  const [first] = stageNames;
  const firstStartMs = (first && record.stages[first]?.startedMs) ?? Number.POSITIVE_INFINITY;
  until(Math.min(record.answeredMs ?? untilMs, firstStartMs), "accept");
  if (record.state === "failed" || record.state === "unknown" || record.state === "sent") return legs;
  for (const stage of stageNames) {
    const times = record.stages[stage];
    if (!times && record.state === "dead") break;
    until(times?.startedMs ?? untilMs, "wait", stage);
    if (!times) break;
    until(times.endedMs ?? untilMs, "run", stage);
    if (times.endedMs === undefined) break;
  }
  return legs;
}

export function totalMs(legs: readonly Leg[], kind?: Leg["kind"], stage?: StageName): number {
  return legs
    .filter(
      (leg) => (kind === undefined || leg.kind === kind) && (stage === undefined || leg.stage === stage),
    )
    .reduce((sum, leg) => sum + leg.toMs - leg.fromMs, 0);
}
